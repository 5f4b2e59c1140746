/** Renders what the screen shows: header, table or help, and a line of keys. */
import { humanTime, humanValue } from '../../backends/console/human-value.js';
import { controlSequence, cutMiddle, pad, visible, widthOf } from '../../backends/console/terminal-text.js';
import type { Scrape } from './scrape.js';
import { layoutOf, rowLine, titleLine } from './table-layout.js';
import { type TableRow, tableRows } from './table-rows.js';
import { scrolled, type View } from './view.js';

/** Endpoint, its last scrapes and its failures. */
export interface TopState {
  readonly shownUrl: string;
  readonly intervalMs: number;
  /** The last successful scrape, and the one before. */
  readonly now?: Scrape | undefined;
  readonly before?: Scrape | undefined;
  /** Failure since the last successful scrape. */
  readonly failure?: Failure | undefined;
}

/** Scrapes that failed in a row. */
export interface Failure {
  readonly message: string;
  readonly count: number;
  readonly sinceUnixMs: number;
}

/** Size and style of the screen. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
  /** True to print with ANSI colors. */
  readonly isColored: boolean;
}

/** A rendered screen. */
export interface RenderedScreen {
  readonly lines: readonly string[];
  /** The view, scrolled to its selection. */
  readonly view: View;
  /** Number of rows, also of those outside of the screen. */
  readonly rows: number;
  /** Number of rows that fit on the screen. */
  readonly height: number;
  /** Name of the metric in the selected row. */
  readonly metric: string | undefined;
}

const style = { bold: 1, faint: 2, inverse: 7, red: 31, yellow: 33 } as const;
/** Maximum number of lines of a message. */
const maxMessageLines = 3;

/** Renders a screen: exactly `size.rows` lines of at most `size.columns` columns. */
export function renderScreen(state: TopState, view: View, size: Size): RenderedScreen {
  const { columns, rows: height } = size;
  const paint = painter(size.isColored);
  const fit = (text: string) => cutMiddle(text, columns);
  const rows = state.now === undefined ? [] : tableRows(state.now, state.before, view);
  const header = [
    paint(fit(headline(state, view)), style.bold),
    fit(summary(state, rows)),
    ...messages(state, view, rows).flatMap(([text, color]) => wrapped(text, columns).map((line) => paint(line, color))),
  ];
  const free = Math.max(0, height - header.length - 2);
  const shown = scrolled(view, { rows: rows.length, height: free });
  const layout = layoutOf(rows, columns);
  const nowUnixMs = state.now?.atUnixMs ?? 0;
  const body = rows.slice(shown.first, shown.first + free).map((row, index) => {
    const line = fit(rowLine(row, layout, nowUnixMs));
    return shown.first + index === shown.selected ? paint(pad(line, columns), style.inverse) : line;
  });
  const table = [paint(fit(titleLine(layout)), style.faint), ...body];
  const middle = (view.showsHelp ? help.map(fit) : table).slice(0, free + 1);
  const filler = Array.from({ length: free + 1 - middle.length }, () => '');
  const keys = paint(fit(keyLine(shown, rows.length, free, columns)), style.faint);
  return {
    lines: [...header, ...middle, ...filler, keys].slice(-Math.max(1, height)),
    view: shown,
    rows: rows.length,
    height: free,
    metric: rows[shown.selected]?.metric.name,
  };
}

/** Renders the table of all rows, as plain text. @param columns maximum width of a line; infinite to cut no text. */
export function renderOnce(state: TopState, view: View, columns: number): string[] {
  const rows = state.now === undefined ? [] : tableRows(state.now, state.before, view);
  const layout = layoutOf(rows, columns);
  const nowUnixMs = state.now?.atUnixMs ?? 0;
  return [
    headline(state, view),
    summary(state, rows),
    ...messages(state, view, rows).map(([text]) => text),
    titleLine(layout),
    ...rows.map((row) => rowLine(row, layout, nowUnixMs)),
  ].map((line) => cutMiddle(line, columns).trimEnd());
}

function headline({ shownUrl, intervalMs }: TopState, view: View): string {
  const filter = view.filter === '' ? [] : [`filter "${visible(view.filter)}"`];
  const sort = `sort ${view.order}${view.isReversed ? ' reversed' : ''}`;
  const interval = `every ${humanValue(intervalMs, 'ms')}`;
  return ['otelier top', visible(shownUrl), interval, sort, ...filter, ...(view.isPaused ? ['PAUSED'] : [])].join('  ');
}

function summary({ now }: TopState, rows: readonly TableRow[]): string {
  if (now === undefined) return 'no scrape yet';
  const metrics = rows.filter(({ shared }) => shared === undefined);
  const series = metrics.reduce((sum, { changes }) => sum + changes.length, 0);
  const all = series === now.seriesCount ? '' : ` of ${now.seriesCount}`;
  return [
    humanTime(now.atUnixMs / 1_000),
    `scrape ${humanValue(now.durationMs, 'ms')}`,
    humanValue(now.bytes, 'By'),
    `${series}${all} series`,
    `${metrics.length} ${metrics.length === 1 ? 'metric' : 'metrics'}`,
  ].join('  ');
}

function messages(
  { now, failure, intervalMs }: TopState,
  { filter }: View,
  rows: readonly TableRow[],
): (readonly [text: string, color: number])[] {
  const found: (readonly [string, number])[] = [];
  if (failure !== undefined) {
    const { message, count, sinceUnixMs } = failure;
    const times = count === 1 ? '' : `, ${count} failures since ${humanTime(sinceUnixMs / 1_000)}`;
    found.push([`${message}; retrying every ${humanValue(intervalMs, 'ms')}${times}`, style.red]);
  }
  const { invalidCount = 0, firstInvalid = '' } = now ?? {};
  if (invalidCount > 0) {
    const lines = `${invalidCount} invalid ${invalidCount === 1 ? 'line' : 'lines'}`;
    found.push([`left out ${lines}; ${firstInvalid}`, style.yellow]);
  }
  if (now?.metrics.length === 0) found.push(['the response contains no metrics', style.yellow]);
  else if (now !== undefined && rows.length === 0) {
    found.push([`no series contains all words of the filter "${filter}"`, style.yellow]);
  }
  return found.map(([text, color]) => [visible(text), color] as const);
}

function keyLine({ filter, isTyping, first }: View, rows: number, height: number, columns: number): string {
  if (isTyping) return `filter: ${visible(filter)}_  Enter keep  Esc clear`;
  const place = rows > height ? `${first + 1}-${Math.min(rows, first + height)} of ${rows}` : '';
  const keys = 'q quit  ? help  / filter  s sort  r reverse  Enter expand  e all  p pause';
  return place === '' ? keys : `${pad(cutMiddle(keys, columns - place.length - 2), columns - place.length)}${place}`;
}

const help = [
  '',
  'up, down, PageUp, PageDown, Home, End   select a row',
  'Enter      show or hide the series of the selected metric',
  'e          show or hide the series of all metrics',
  '/          filter by words in names and labels; Enter keeps it, Esc clears it',
  's          sort by name, rate, value',
  'r          reverse the order',
  'p          pause or continue the scrapes',
  'Ctrl-Z     suspend; fg continues',
  'q, Ctrl-C  quit',
  '',
  'VALUE      sum over the series; of histograms and summaries, the count',
  'RATE       increase per second since the scrape before',
  'MEAN P..   values since the scrape before; ~ marks estimates within buckets',
  '',
  'any key closes this page',
];

function painter(isColored: boolean): (text: string, code: number) => string {
  return (text, code) => {
    // Without colors, only the selection is styled.
    const isStyled = text !== '' && (isColored || code === style.inverse);
    return isStyled ? `${controlSequence}${code}m${text}${controlSequence}0m` : text;
  };
}

/** Breaks a text at blanks into at most three lines. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].slice(0, maxMessageLines).map((each) => cutMiddle(each, columns));
}
