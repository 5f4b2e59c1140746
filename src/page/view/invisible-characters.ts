/** Escapes invisible characters in all texts of the page: names, labels and descriptions may hold any characters. */
import { options, type VNode } from 'preact';
import { visibleText } from '../visible-text.js';

/** Attributes that are texts for readers. Others, such as the value of an option, stay as they are. */
const readAttributes = ['title', 'aria-label'];

/** Escapes the texts of each element before Preact renders it, which covers every view. */
export function showInvisibleCharacters(): void {
  const { vnode: next } = options;
  options.vnode = (vnode: VNode) => {
    const props = vnode.props as Record<string, unknown>;
    props['children'] = escaped(props['children']);
    if (typeof vnode.type === 'string')
      for (const name of readAttributes) if (name in props) props[name] = escaped(props[name]);
    next?.(vnode);
  };
}

function escaped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(escaped);
  return typeof value === 'string' ? visibleText(value) : value;
}
