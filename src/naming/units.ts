/**
 * Units: from UCUM, as OpenTelemetry has them, to the words that Prometheus writes at the end of a name.
 *
 * OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", metric metadata: abbreviations become words,
 * annotations in braces are dropped, `a/b` becomes `a_per_b`. The words are those of Prometheus' own translator for OTLP;
 * what the tables do not know is kept as it is written.
 */

/** A unit that a quantity is in, or that it is per. */
export interface UnitPart {
  /** What is appended to a name. */
  readonly text: string;
  /** How names may say it: words in lower case, joined by `_`. */
  readonly spellings: readonly string[];
}

/** By UCUM code: the Prometheus unit, then what else names say instead. The code itself is understood too. */
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

/** By UCUM code, for what follows `/`; `m`, `w`, `mo` and `y` are no UCUM for these, but every translator reads them so. */
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

/** How names say a count per period in one word: queries, requests, tokens, frames, events or operations per second. */
const rates = new Map([
  ['second', 'qps rps tps fps eps iops'],
  ['minute', 'qpm rpm tpm'],
  ['day', 'qpd rpd tpd'],
]);

const prefixWords = new Map(
  Object.entries({ T: 'tera', G: 'giga', M: 'mega', k: 'kilo', c: 'centi', m: 'milli', u: 'micro', n: 'nano' }),
);

/** The unit of a gauge whose unit is `1`. */
export const ratio: UnitPart = { text: 'ratio', spellings: ['ratio'] };

/**
 * The Prometheus unit, empty when there is none: `s` gives `seconds`, `By/s` `bytes_per_second`, `{request}` and `1`
 * nothing.
 */
export function prometheusUnit(unit: string): string {
  return joined(unitParts(unit));
}

/** What a unit consists of, in the order in which a name has it: the quantity, then what it is per. Either may be none. */
export function unitParts(unit: string): readonly UnitPart[] {
  // The letter mu is no legacy character: dropped, it would turn microseconds into seconds.
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

/** The parts as the end of a name. */
export function joined(parts: readonly UnitPart[]): string {
  return parts.map(({ text }) => text).join('_');
}

/**
 * The parts that a name does not say yet.
 *
 * A name says a part by any of its spellings, as a word or words of their own, whatever their case. A single letter, and
 * `min`, count at the end only: `phase_a_current` is not in amperes for its `a`.
 */
export function unsaidParts(name: string, parts: readonly UnitPart[]): readonly UnitPart[] {
  const words = `_${wordsOf(name).join('_')}_`;
  const [main, per] = parts;
  if (main !== undefined && per !== undefined) {
    const whole = main.spellings.flatMap((first) => per.spellings.map((second) => `${first}_${second}`));
    if (whole.some((spelling) => says(words, spelling))) return [];
  }
  return parts.filter(({ spellings }) => !spellings.some((spelling) => says(words, spelling)));
}

function says(words: string, spelling: string): boolean {
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

/** `milliwatts` and `milliwatt` for `mW`; none when it is no prefix before a unit of the table. */
function prefixedSpellings(code: string): string[] {
  const prefix = prefixWords.get(code.slice(0, 1));
  const words = quantities.get(code.slice(1));
  if (prefix === undefined || words === undefined) return [];
  return words.filter((word) => word.length > 2).map((word) => prefix + word);
}

/** Characters that a legacy name cannot have become `_`, once, and never at an end. */
function legacy(text: string): string {
  return text
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word !== '')
    .join('_');
}

/** The words of a name in lower case: what stands between characters that are neither letters nor digits. */
function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}

function wordsByCode(table: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(table).map(([code, words]) => [code, words.split(' ')]));
}
