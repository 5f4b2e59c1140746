/** State of the page: what is shown, of which period, and how. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { PageMetric, Subscription } from '../backends/live/messages.js';
import type { ConnectionState } from './connection.js';
import { LiveData } from './live-data.js';

/** View of the page, from its address. */
export type View =
  | { readonly kind: 'dashboard'; readonly name: string | undefined }
  | { readonly kind: 'metrics'; readonly open: string | undefined }
  | { readonly kind: 'series' };

/** Attribute and its value. */
export interface Filter {
  readonly attribute: string;
  readonly value: string;
}

/** Colors: those of the system, or chosen. */
export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];
/** Minutes that charts can show. */
export const ranges: readonly number[] = [1, 5, 15];

export const connection = signal<ConnectionState>({ kind: 'connecting' });
/** True from the end of a connection until the next one is open. */
export const isDisconnected = signal(false);
export const view = signal<View>(viewOf(location.hash));
export const range = signal(5);
export const isPaused = signal(false);
export const search = signal('');
/** Attribute that series must have, from the address. */
export const where = signal<Filter | undefined>(filterOf(location.hash));
export const theme = signal<Theme>(storedTheme());
/** A new object whenever values must be drawn, also if they are of the same time. */
const moment = signal({ time: 0 });
/** Time of the values shown, milliseconds since 1970-01-01 UTC. Charts end at it. */
export const shown = {
  get value(): number {
    return moment.value.time;
  },
};
/** True while the tab is hidden: nothing is drawn. */
export const isHidden = signal(document.hidden);

/** Shortest period that charts show, milliseconds. */
const shortest = 60_000;
/** Milliseconds by which the oldest value may be later than the start of a period that it fills. */
const tolerance = 5_000;

let latest = 0;
let isFrameRequested = false;
let hasPast = false;
/** Values are shown at the next frame: one redraw, however many messages came. */
export const data = new LiveData((time, arePast) => {
  latest = time;
  hasPast ||= arePast;
  requestFrame();
});

function requestFrame(): void {
  if (isFrameRequested) return;
  isFrameRequested = true;
  requestAnimationFrame(() => {
    isFrameRequested = false;
    // Another dashboard can be opened while the page is paused.
    if (!isPaused.peek()) moment.value = { time: latest };
    else if (hasPast) moment.value = { ...moment.peek() };
    hasPast = false;
  });
}

export function togglePause(): void {
  isPaused.value = !isPaused.peek();
  if (!isPaused.peek()) requestFrame();
}

/** Returns the time of the oldest value if the values do not fill the chosen period, in milliseconds. */
export function valuesSince(): number | undefined {
  const { first } = data.metrics;
  return first !== undefined && first > shown.value - range.value * 60_000 + tolerance ? first : undefined;
}

/** Returns the period that charts show, in milliseconds: the chosen one, or what there are values of. */
export function period(): { readonly from: number; readonly to: number } {
  const to = shown.value;
  const from = to - range.value * 60_000;
  return { from: Math.max(from, Math.min(data.metrics.first ?? from, to - shortest)), to };
}

/** The open dashboard; the first one if the address names none, `undefined` if it names an unknown one. */
export const dashboard = computed(() => {
  const current = view.value;
  const all = data.model.value?.dashboards ?? [];
  if (current.kind !== 'dashboard') return undefined;
  return current.name === undefined ? all[0] : all.find(({ name }) => name === current.name);
});

/** Titles of the charts of the open dashboard. */
export const chartTitles = computed(() =>
  (dashboard.value?.rows ?? [])
    .flatMap(({ panels }) => panels)
    .filter(({ kind }) => kind === 'timeseries' || kind === 'heatmap')
    .map(({ title }) => title),
);

/** The open metric. */
export const openMetric = computed(() => (view.value.kind === 'metrics' ? view.value.open : undefined));

/** Subscription that the server receives. */
export const subscription = computed<Subscription>(() => {
  const filter = where.value;
  const name = dashboard.value?.name ?? (view.value.kind === 'dashboard' ? view.value.name : undefined);
  const metric = openMetric.value;
  return {
    type: 'subscribe',
    ...(filter === undefined ? {} : { where: { [filter.attribute]: filter.value } }),
    page: { ...(name === undefined ? {} : { dashboard: name }), ...(metric === undefined ? {} : { metric }) },
  };
});

/** Filters by an attribute: opens the address that has the filter. */
export function filterBy(filter: Filter | undefined): void {
  location.hash = addressOf(view.peek(), filter);
}

/** Shows what the address names. The values held are those of another filter, if it has changed. */
function follow(hash: string): void {
  const filter = filterOf(hash);
  batch(() => {
    view.value = viewOf(hash);
    if (JSON.stringify(filter) === JSON.stringify(where.peek())) return;
    where.value = filter;
    data.metrics.clear();
    data.dashboard.clear();
    data.metric.clear();
  });
}

effect(() => {
  const { kind } = connection.value;
  if (kind !== 'connecting') isDisconnected.value = kind === 'waiting';
});
effect(() => data.dashboard.open(subscription.value.page?.dashboard));
effect(() => data.metric.open(openMetric.value));

/** Returns the unit of what the list shows of a metric. */
export function shownUnit({ shown: what, unit }: PageMetric): string {
  return what === 'rate' ? `${unit === '' ? '1' : unit}/s` : unit;
}

/** Returns the address of a view with the current filter. */
export const hrefOf = (to: View): string => addressOf(to, where.value);

/** Returns the address of a view with a filter. Names may hold any characters. */
export function addressOf(to: View, filter: Filter | undefined): string {
  const query = filter === undefined ? '' : `?${new URLSearchParams([[filter.attribute, filter.value]])}`;
  if (to.kind === 'series') return `#/series${query}`;
  const name = to.kind === 'dashboard' ? to.name : to.open;
  const folder = to.kind === 'dashboard' ? 'dashboards' : 'metrics';
  return name === undefined ? `#/${folder}${query}` : `#/${folder}/${encodeURIComponent(name)}${query}`;
}

function viewOf(hash: string): View {
  const [, folder, encoded] = /^#\/(dashboards|metrics|series)(?:\/([^?]+))?(?:\?|$)/.exec(hash) ?? [];
  const name = encoded === undefined ? undefined : decoded(encoded);
  if (folder === 'series') return { kind: 'series' };
  return folder === 'metrics' ? { kind: 'metrics', open: name } : { kind: 'dashboard', name };
}

function filterOf(hash: string): Filter | undefined {
  const [first] = new URLSearchParams(hash.split('?')[1] ?? '');
  return first === undefined ? undefined : { attribute: first[0], value: first[1] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Storage may be forbidden: the choice then lasts as long as the page. */
function storedTheme(): Theme {
  try {
    return themes.find((each) => each === localStorage.getItem('otelier.theme')) ?? 'system';
  } catch {
    return 'system';
  }
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  try {
    localStorage.setItem('otelier.theme', theme.value);
  } catch {
    // Forbidden, or full.
  }
});

addEventListener('hashchange', () => follow(location.hash));
document.addEventListener('visibilitychange', () => {
  isHidden.value = document.hidden;
});
