/** Values for people: three significant digits and a prefix that suits the size, such as `1.2 kB/s`, `35 ms` and `4.2 %`. */
import { visibleText } from './visible-text.js';

/** Sizes by symbol, largest first. */
type Sizes = readonly (readonly [symbol: string, size: number])[];

const time: Sizes = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
];
const decimal: Sizes = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
  ['', 1],
];
/** Amounts without a unit keep small values, such as a rate of 0.004 a second. */
const whole: Sizes = [['', 1]];

/** Seconds of the units of time in UCUM. */
const seconds = new Map([...time.filter(([symbol]) => symbol !== 'µs'), ['us', 1e-6]] as Sizes);
const prefixes = new Map([...decimal, ['Ki', 2 ** 10], ['Mi', 2 ** 20], ['Gi', 2 ** 30], ['Ti', 2 ** 40]]);
const symbols = new Map([
  ['By', 'B'],
  ['Cel', '°C'],
]);
const scalable = /^(Ki|Mi|Gi|Ti|k|M|G|T)?(By|bit|Hz|W|J|V|A)$/;

const longestUnit = 12;
/** Amounts from here on are powers of ten: no prefix is large enough. */
const huge = 1e18;

/** Absent values. */
const noValue = '–';

/**
 * Returns a value for people.
 *
 * @param unit UCUM. A share (`1`) is shown in percent, `{USD}` as an amount of dollars; other annotations such as
 * `{request}` are left out.
 * @param decimals digits after the decimal point; three significant digits if absent.
 */
export function formatValue(value: number | null | undefined, unit: string, decimals?: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return noValue;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const [base, per] = split(unit);
  const digits = (scaled: number) => numeral(scaled, decimals);
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size >= huge) return sign + powerOfTen(size, base) + per;
  const period = per === '/s' ? seconds.get(base) : undefined;
  // A time per second is a share, as of a processor.
  return sign + (period === undefined ? magnitude(size, base, digits) + per : magnitude(size * period, '1', digits));
}

function magnitude(size: number, unit: string, digits: (scaled: number) => string): string {
  if (unit === '1' || unit === '%') return `${digits(unit === '1' ? size * 100 : size)} %`;
  if (unit === 'USD') return size >= 1_000 ? `$${scale(size, decimal, digits, '')}` : `$${dollars(size)}`;
  const period = seconds.get(unit);
  if (period !== undefined) return scale(size * period, time, digits, ' ');
  const [, prefix = '', base] = scalable.exec(unit) ?? [];
  if (base !== undefined)
    return scale(size * (prefixes.get(prefix) ?? 1), decimal, digits, ' ', symbols.get(base) ?? base);
  const number = scale(size, size < 1 ? whole : decimal, digits, '');
  return unit === '' ? number : `${number} ${symbols.get(unit) ?? short(unit)}`;
}

/** Returns an amount as `1.2e300` and its unit without a prefix; a share is not in percent. */
function powerOfTen(size: number, unit: string): string {
  const number = Number(size.toPrecision(3)).toExponential().replace('+', '');
  if (unit === 'USD') return `$${number}`;
  return unit === '' || unit === '1' ? number : `${number} ${symbols.get(unit) ?? short(unit)}`;
}

/** Cuts what is not a unit: a metric may declare any text. */
function short(unit: string): string {
  const text = visibleText(unit);
  return text.length > longestUnit ? `${text.slice(0, longestUnit - 1)}…` : text;
}

/** Splits a unit into its numerator and what follows the slash: `{request}/s` becomes an amount per second. */
function split(unit: string): [base: string, per: string] {
  const slash = unit.indexOf('/');
  const numerator = slash < 0 ? unit : unit.slice(0, slash);
  const per = slash < 0 ? '' : `/${short(unit.slice(slash + 1).replaceAll(/[{}]/g, ''))}`;
  const annotation = /^\{(.*)\}$/.exec(numerator)?.[1];
  const base = annotation === undefined ? numerator : annotation === 'USD' ? 'USD' : '';
  return [base === '1' && per !== '' ? '' : base, per];
}

/** Scales to the largest size that the value reaches once it is rounded: 999.9 ms is 1 s. */
function scale(size: number, sizes: Sizes, digits: (scaled: number) => string, space: string, unit = ''): string {
  const smallest = sizes[sizes.length - 1] as Sizes[number];
  const isReached = ([, each]: Sizes[number]) => Number((size / each).toPrecision(3)) >= 1;
  const [symbol, each] =
    size === 0 ? (sizes.find(([, one]) => one === 1) ?? smallest) : (sizes.find(isReached) ?? smallest);
  const suffix = `${symbol}${unit}`;
  // Decimals of a panel are those of its unit: 2034 requests are 2.03k, not 2k.
  const number = each > 1 ? numeral(size / each, undefined) : digits(size / each);
  return `${number}${suffix === '' ? '' : space}${suffix}`;
}

function numeral(value: number, decimals: number | undefined): string {
  if (decimals !== undefined) return value.toFixed(Math.min(decimals, 6));
  if (value >= 1_000) return String(Math.round(value));
  return value !== 0 && value < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** Cents for amounts from a cent on, three significant digits below: a request may cost $0.00042. */
function dollars(size: number): string {
  return size === 0 || size >= 0.095 ? size.toFixed(2) : String(Number(size.toPrecision(2)));
}

/** Returns a duration up to now, such as `12 s` or `3 min`. */
export function formatAge(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1_000));
  if (total < 60) return `${total} s`;
  if (total < 3_600) return `${Math.floor(total / 60)} min`;
  return total < 86_400 ? `${Math.floor(total / 3_600)} h` : `${Math.floor(total / 86_400)} d`;
}

/** Returns the local time of day, such as `14:03:09`. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const part = (value: number) => String(value).padStart(2, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}`;
}
