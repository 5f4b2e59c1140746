/** TopState of the table that keys change: order, filter, expanded metrics, selection. */

/** Orders of the rows. */
export const orders = ['name', 'rate', 'value'] as const;
export type Order = (typeof orders)[number];

/** Order, filter and selection of the table. */
export interface View {
  readonly order: Order;
  /** True for the opposite order: names descending, numbers ascending. */
  readonly isReversed: boolean;
  readonly filter: string;
  /** True while the filter is typed. */
  readonly isTyping: boolean;
  /** True for one row for each series of all metrics. */
  readonly isExpanded: boolean;
  /** Names of the metrics for which `isExpanded` does not hold. */
  readonly exceptions: ReadonlySet<string>;
  /** Index of the selected row. */
  readonly selected: number;
  /** Index of the first row on the screen. */
  readonly first: number;
  readonly isPaused: boolean;
  readonly showsHelp: boolean;
}

/** A pressed key, as `readline` of Node reports it. */
export interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  /** Characters of the key; of a control sequence, the sequence. */
  readonly text?: string | undefined;
}

/** The rows on the screen. */
export interface VisibleRows {
  /** Number of rows, also of those outside of the screen. */
  readonly rows: number;
  /** Number of rows that fit on the screen. */
  readonly height: number;
  /** Name of the metric in the selected row; `undefined` without rows. */
  readonly metric: string | undefined;
}

/** Returns the view at the start. */
export function viewOf({
  sort,
  filter,
  series,
}: {
  readonly sort: Order;
  readonly filter: string;
  readonly series: boolean;
}): View {
  return {
    order: sort,
    isReversed: false,
    filter,
    isTyping: false,
    isExpanded: series,
    exceptions: new Set(),
    selected: 0,
    first: 0,
    isPaused: false,
    showsHelp: false,
  };
}

/** Reports whether the rows of the series of a metric are shown. */
export function isExpanded(view: View, metric: string): boolean {
  return view.isExpanded !== view.exceptions.has(metric);
}

/** Returns the view after a key; `undefined` for a key that quits. */
export function pressed(view: View, key: Key, shown: VisibleRows): View | undefined {
  if (key.ctrl && (key.name === 'c' || key.name === 'd')) return undefined;
  if (view.isTyping) return typed(view, key);
  if (view.showsHelp) return key.text === 'q' ? undefined : { ...view, showsHelp: false };
  const move = moves[key.name ?? ''];
  if (move !== undefined) return scrolled({ ...view, selected: move(view.selected, shown) }, shown);
  if (key.name === 'return' || key.name === 'enter') return toggled(view, shown.metric);
  if (key.name === 'escape') return { ...view, filter: '' };
  if (key.text === 'q') return undefined;
  return { ...view, ...actions[key.text ?? '']?.(view) };
}

const moves: Readonly<Record<string, (selected: number, shown: VisibleRows) => number>> = {
  up: (selected) => selected - 1,
  down: (selected) => selected + 1,
  k: (selected) => selected - 1,
  j: (selected) => selected + 1,
  pageup: (selected, { height }) => selected - height,
  pagedown: (selected, { height }) => selected + height,
  home: () => 0,
  end: (_, { rows }) => rows - 1,
};

/** Actions by character. */
const actions: Readonly<Record<string, (view: View) => Partial<View>>> = {
  '/': () => ({ isTyping: true }),
  s: ({ order }) => ({ order: orders[(orders.indexOf(order) + 1) % orders.length] as Order, isReversed: false }),
  r: ({ isReversed }) => ({ isReversed: !isReversed }),
  e: (view) => ({ isExpanded: !view.isExpanded, exceptions: new Set(), selected: 0, first: 0 }),
  p: ({ isPaused }) => ({ isPaused: !isPaused }),
  '?': () => ({ showsHelp: true }),
};

function typed(view: View, { name, ctrl, text = '' }: Key): View {
  if (name === 'return' || name === 'enter') return { ...view, isTyping: false };
  if (name === 'escape') return { ...view, isTyping: false, filter: '' };
  const start = { ...view, selected: 0, first: 0 };
  if (name === 'backspace') return { ...start, filter: [...view.filter].slice(0, -1).join('') };
  if (ctrl) return name === 'u' ? { ...start, filter: '' } : view;
  return /^[^\p{Cc}]+$/u.test(text) ? { ...start, filter: view.filter + text } : view;
}

function toggled(view: View, metric: string | undefined): View {
  if (metric === undefined) return view;
  const exceptions = new Set(view.exceptions);
  if (!exceptions.delete(metric)) exceptions.add(metric);
  return { ...view, exceptions };
}

/** Returns the view with the selection within the rows, and scrolled to it. */
export function scrolled(view: View, { rows, height }: Pick<VisibleRows, 'rows' | 'height'>): View {
  const selected = Math.max(0, Math.min(view.selected, rows - 1));
  const last = Math.max(0, rows - height);
  const first = Math.max(0, Math.min(view.first, last, selected), selected - height + 1);
  return { ...view, selected, first };
}
