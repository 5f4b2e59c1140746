/** Values with three significant digits and a prefix that suits their size, such as `2.3 ms`, `15.6 MB` and `1.2k`. */

/** Sizes by their prefix or name, largest first. */
type Sizes = Readonly<Record<string, number>>;

const time: Sizes = { d: 86_400, h: 3_600, min: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
const decimal: Sizes = { T: 1e12, G: 1e9, M: 1e6, k: 1e3, '': 1 };
const binary: Sizes = { Ti: 2 ** 40, Gi: 2 ** 30, Mi: 2 ** 20, Ki: 2 ** 10, '': 1 };
/** Symbols that differ from the UCUM code. */
const symbols: Readonly<Record<string, string>> = { By: 'B', us: 'µs', Cel: '°C' };

/**
 * Returns a value for people.
 *
 * @param unit unit of the value in UCUM. `By/s` and `By/{request}` scale as `By`; an unknown unit is left out.
 */
export function humanValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [, whole = unit, per] = /^([^/]*)\/([^/]*)$/.exec(unit) ?? [];
  const divisor = per === undefined ? '' : `/${per.replaceAll(/[{}]/g, '')}`;
  const [, prefix = '', base] = /^([TGMK]i|[TGMk])?(By|bit|Hz|W|J|V|A|Cel|%)$/.exec(whole) ?? [];
  if (Object.hasOwn(time, whole)) return `${scaled(value * (time[whole] as number), time, ' ', '')}${divisor}`;
  if (base === undefined) return `${scaled(value, decimal, '', '')}${divisor}`;
  const sizes = prefix.endsWith('i') ? binary : base === 'Cel' || base === '%' ? { '': 1 } : decimal;
  return `${scaled(value * (sizes[prefix] ?? 1), sizes, ' ', base)}${divisor}`;
}

/** Returns a point in time, such as `2026-02-03T04:05:06Z`. */
export function humanTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * Reports whether a gauge of this unit holds a point in time: seconds since 1970 between 2001 and 2100. As a duration,
 * these are more than 31 years.
 */
export function isUnixTime(value: number, unit: string): boolean {
  return unit === 's' && value >= 1e9 && value < 4_102_444_800;
}

/** Scales to the largest size that the value reaches once it is rounded: 999.9 ms is 1 s. */
function scaled(value: number, sizes: Sizes, space: string, unit: string): string {
  const entries = Object.entries(sizes);
  const isReached = ([, size]: [string, number]) => (value === 0 ? size === 1 : rounded(Math.abs(value) / size) >= 1);
  const [prefix, size] = entries.find(isReached) ?? (entries.at(-1) as [string, number]);
  return `${rounded(value / size)}${space}${symbols[prefix] ?? prefix}${symbols[unit] ?? unit}`;
}

function rounded(value: number): number {
  return Math.abs(value) >= 1_000 && Math.abs(value) < 1e15 ? Math.round(value) : Number(value.toPrecision(3));
}
