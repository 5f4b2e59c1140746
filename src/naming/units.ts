/**
 * Translates UCUM units to the words that Prometheus appends to names.
 *
 * OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", metric metadata: abbreviations become words,
 * annotations in braces are dropped, `a/b` becomes `a_per_b`. The words equal those of Prometheus' OTLP translator. Units
 * that the tables do not contain are unchanged.
 */

/** Numerator or denominator of a unit. */
export interface UnitPart {
  /** Suffix for a name. */
  readonly text: string;
  /** Spellings in names that already contain the part: lower-case words joined by `_`. */
  readonly spellings: readonly string[];
}

/** Numerators by UCUM code: the Prometheus unit, then other spellings. The code itself is a spelling, too. */
const quantities = wordsByCode({
  d: 'days day',
  h: 'hours hour hrs hr',
  min: 'minutes minute mins',
  s: 'seconds second secs sec',
  ms: 'milliseconds millisecond millis msecs msec',
  us: 'microseconds microsecond micros usecs usec',
  ns: 'nanoseconds nanosecond nanos nsecs nsec',
  By: 'bytes byte b',
  KiBy: 'kibibytes kibibyte kib',
  MiBy: 'mebibytes mebibyte mib',
  GiBy: 'gibibytes gibibyte gib',
  TiBy: 'tebibytes tebibyte tibibytes tib',
  KBy: 'kilobytes kilobyte kbytes kb',
  kBy: 'kilobytes kilobyte kbytes kb',
  MBy: 'megabytes megabyte mbytes mb',
  GBy: 'gigabytes gigabyte gbytes gb',
  TBy: 'terabytes terabyte tbytes tb',
  m: 'meters meter metres metre',
  V: 'volts volt',
  A: 'amperes ampere amps amp',
  J: 'joules joule',
  W: 'watts watt',
  g: 'grams gram',
  Cel: 'celsius c',
  Hz: 'hertz',
  '%': 'percent percentage pct perc',
});

/** Denominators by UCUM code. `m`, `w`, `mo` and `y` are not UCUM codes of periods, but all translators accept them. */
const periods = wordsByCode({
  s: 'second sec',
  min: 'minute',
  m: 'minute min',
  h: 'hour hr',
  d: 'day',
  w: 'week',
  wk: 'week',
  mo: 'month',
  y: 'year',
  a: 'year',
});

/** Words for a count per period: queries, requests, tokens, frames, events or I/O operations per second. */
const rates = new Map([
  ['second', 'qps rps tps fps eps iops'],
  ['minute', 'qpm rpm tpm'],
  ['day', 'qpd rpd tpd'],
]);

const prefixWords = new Map(
  Object.entries({ T: 'tera', G: 'giga', M: 'mega', k: 'kilo', c: 'centi', m: 'milli', u: 'micro', n: 'nano' }),
);

/** Unit of a gauge whose OpenTelemetry unit is `1`. */
export const ratio: UnitPart = { text: 'ratio', spellings: ['ratio'] };

/** Returns the Prometheus unit: `seconds` for `s`, `bytes_per_second` for `By/s`, empty text for `{request}` and `1`. */
export function prometheusUnit(unit: string): string {
  return joinedParts(unitParts(unit));
}

/** Splits a unit into its numerator and denominator, in this order. Each may be absent. */
export function unitParts(unit: string): readonly UnitPart[] {
  // The letter mu is not valid in a legacy name, and without it microseconds would become seconds.
  const plain = unit.replace(/\{[^}]*\}?/g, '').replace(/[µμ]/g, 'u');
  const slash = plain.indexOf('/');
  const quantity = (slash < 0 ? plain : plain.slice(0, slash)).trim();
  const period = slash < 0 ? '' : plain.slice(slash + 1).trim();
  const parts: UnitPart[] = [];
  const main = quantity === '1' ? undefined : quantityPart(quantity);
  if (main !== undefined) parts.push(main);
  const per = periodPart(period, main === undefined);
  if (per !== undefined) parts.push(per);
  return parts;
}

/** Joins parts to a suffix. */
export function joinedParts(parts: readonly UnitPart[]): string {
  return parts.map(({ text }) => text).join('_');
}

/**
 * Returns the parts that a name does not contain yet.
 *
 * A name contains a part if it has one of its spellings as whole words, in any case. Single letters and `min` count only at
 * the end of the name: `phase_a_current` is not in amperes because of its `a`.
 */
export function missingParts(name: string, parts: readonly UnitPart[]): readonly UnitPart[] {
  const words = `_${wordsOf(name).join('_')}_`;
  const [main, per] = parts;
  if (main !== undefined && per !== undefined) {
    const whole = main.spellings.flatMap((first) => per.spellings.map((second) => `${first}_${second}`));
    if (whole.some((spelling) => containsSpelling(words, spelling))) return [];
  }
  return parts.filter(({ spellings }) => !spellings.some((spelling) => containsSpelling(words, spelling)));
}

function containsSpelling(words: string, spelling: string): boolean {
  if (spelling.length > 1 && spelling !== 'min') return words.includes(`_${spelling}_`);
  return words.endsWith(`_${spelling}_`);
}

function quantityPart(code: string): UnitPart | undefined {
  const known = quantities.get(code);
  if (known !== undefined) return { text: known[0] as string, spellings: [...known, ...wordsOf(code)] };
  const text = legacy(code);
  if (text === '') return undefined;
  return { text, spellings: [wordsOf(text).join('_'), ...prefixedSpellings(code)] };
}

function periodPart(code: string, alone: boolean): UnitPart | undefined {
  const known = periods.get(code);
  const word = known?.[0] ?? legacy(code);
  if (word === '') return undefined;
  const spellings = [...(known ?? []), wordsOf(code).join('_')].map((each) => `per_${each}`);
  if (alone) spellings.push(...(rates.get(word)?.split(' ') ?? []));
  return { text: `per_${word}`, spellings };
}

/** Returns `milliwatts` and `milliwatt` for `mW`; nothing if the code is not a prefix and a unit of the table. */
function prefixedSpellings(code: string): string[] {
  const prefix = prefixWords.get(code.slice(0, 1));
  const words = quantities.get(code.slice(1));
  if (prefix === undefined || words === undefined) return [];
  return words.filter((word) => word.length > 2).map((word) => prefix + word);
}

/** Replaces each run of invalid characters by `_`, and removes it at both ends. */
function legacy(text: string): string {
  return text
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word !== '')
    .join('_');
}

/** Splits a name into lower-case words at all characters that are neither letters nor digits. */
function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}

function wordsByCode(table: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(table).map(([code, words]) => [code, words.split(' ')]));
}
