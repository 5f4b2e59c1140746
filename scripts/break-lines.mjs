/**
 * Puts each statement of minified code on a line of its own.
 *
 * Node prints the line of an uncaught error, and stack traces name lines. Code on a single line would make both useless.
 */
import { parseSync } from 'rolldown/utils';

/** Returns the code with a line break before each statement. Statements of minified code end with `;` or `}`. */
export function breakLines(name, code) {
  const { program, errors } = parseSync(name, code, { sourceType: name.endsWith('.cjs') ? 'commonjs' : 'module' });
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const starts = new Set();
  collectStarts(program.body, starts);
  const positions = [...starts].filter((position) => position > 0).sort((one, other) => one - other);
  const parts = positions.map((position, index) => code.slice(positions[index - 1] ?? 0, position));
  return [...parts, code.slice(positions.at(-1) ?? 0)].join('\n');
}

/** Adds the positions of all statements in lists of statements, those of functions and blocks included. */
function collectStarts(node, starts) {
  if (Array.isArray(node)) {
    for (const each of node) collectStarts(each, starts);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  if (
    /(?:Statement|Declaration)$|^(?:PropertyDefinition|MethodDefinition)$/.test(node.type ?? '') &&
    node.type !== 'BlockStatement'
  )
    starts.add(node.start);
  for (const key of Object.keys(node))
    if (key !== 'type' && key !== 'start' && key !== 'end') collectStarts(node[key], starts);
}
