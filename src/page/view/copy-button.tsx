/** Button that copies PromQL. */
import { useSignal } from '@preact/signals';
import { Icon } from './icons.js';

/** Copies `texts`, one a line. `of` completes the name of the button. */
export function CopyButton({ texts, of }: { readonly texts: readonly string[]; readonly of: string }) {
  const isCopied = useSignal(false);
  if (texts.length === 0) return null;
  const text = texts.join('\n');
  const copy = async () => {
    isCopied.value = await copied(text);
    setTimeout(() => {
      isCopied.value = false;
    }, 1_500);
  };
  return (
    <button type="button" class="quiet copy" onClick={copy} aria-label={`Copy PromQL of ${of}`} title={text}>
      <Icon name={isCopied.value ? 'check' : 'copy'} />
      <span aria-hidden="true">{isCopied.value ? 'copied' : 'PromQL'}</span>
    </button>
  );
}

/** Copies a text. The clipboard exists only on HTTPS and localhost: elsewhere a selection is copied. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'hidden';
    const { activeElement } = document;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    (activeElement as HTMLElement | null)?.focus();
    return isCopied;
  }
}
