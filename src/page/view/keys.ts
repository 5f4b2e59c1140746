/** Keys of the page: `/` searches, Escape closes, arrows move within lists. */
import { hrefOf, search, view } from '../page-state.js';

const isText = (element: Element | null) => element?.matches('input, select, textarea') === true;

/** Listens to keys for the life of the page. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const active = document.activeElement;
    if (event.key === '/' && !isText(active)) {
      event.preventDefault();
      document.getElementById('search')?.focus();
    } else if (event.key === 'Escape') close(active);
    else if (!isText(active)) move(event, active);
  });
}

/** Closes the innermost thing: a description, the search, the open metric. */
function close(active: Element | null): void {
  if (active?.matches('.about')) (active as HTMLElement).blur();
  else if (active?.id === 'search') {
    if (search.peek() === '') (active as HTMLElement).blur();
    search.value = '';
  } else {
    const current = view.peek();
    if (current.kind === 'metrics' && current.open !== undefined) {
      const row = document.querySelector<HTMLElement>('.metric-row[aria-expanded="true"]');
      location.hash = hrefOf({ kind: 'metrics', open: undefined });
      row?.focus();
    }
  }
}

/** Moves the focus within the list that has it. */
function move(event: KeyboardEvent, active: Element | null): void {
  const list = active?.closest('[data-arrows]');
  if (list === null || list === undefined || active === null) return;
  const items = [...list.querySelectorAll<HTMLElement>('[data-item]')];
  const index = items.indexOf(active as HTMLElement);
  if (index < 0) return;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowRight: index + 1,
    ArrowUp: index - 1,
    ArrowLeft: index - 1,
    Home: 0,
    End: items.length - 1,
  };
  const target = items[steps[event.key] ?? -1];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
