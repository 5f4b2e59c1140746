/**
 * Validation of units in UCUM, the Unified Code for Units of Measure (https://ucum.org/ucum), case-sensitive form, which
 * OpenTelemetry requires: `s`, `By`, `MBy`, `{request}/s`, `%`, `1`.
 */

/** Atoms that allow a metric prefix (`ms`, `KiBy`). */
const metricAtoms = new Set(
  'm s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv L l ar t bar u eV pc bit By Bd kat cal'.split(
    ' ',
  ),
);

/** Atoms without prefix. `dB` is the only form of the bel, because `B` and `MB` are nearly always meant as bytes. */
const plainAtoms = new Set(
  "% dB [ppth] [ppm] [ppb] [pptr] 10* 10^ [pi] deg ' '' gon min h d a wk mo atm AU [c] [h] [k] [G] [g] [in_i] [ft_i] [yd_i] [mi_i] [degF] [lb_av] [oz_av] [gal_us] [nmi_i] [kn_i]".split(
    ' ',
  ),
);

/** Prefixes, longest first, so that `da` is tried before `d` and `Ki` before `k`. */
const prefixes = 'da Ki Mi Gi Ti Y Z E P T G M k h d c m u n p f a z y'.split(' ');

/** Simple unit: an atom with optional prefix, exponent and annotation; or a number; or an annotation. */
const component = /^(?:(\d+)|([A-Za-z%*^'[\]_0-9]+?))?([+-]?\d+)?(\{[\x21-\x7a|~ ]*\})?$/;

/**
 * Reports whether `unit` is a UCUM unit.
 *
 * Terms can be joined by `.` and `/`, grouped by parentheses, raised to integer exponents and annotated in braces.
 *
 * @example
 * isUcumUnit('{request}/s'); // true
 * isUcumUnit('seconds'); // false: the UCUM code is `s`
 */
export function isUcumUnit(unit: string): boolean {
  if (unit === '' || unit.length > 63) return false;
  const open = unit.lastIndexOf('(');
  if (open >= 0 && !insideBraces(unit, open)) {
    const close = unit.indexOf(')', open);
    if (close < 0 || !isUcumUnit(unit.slice(open + 1, close))) return false;
    // A valid group is replaced by an arbitrary atom.
    return isUcumUnit(`${unit.slice(0, open)}m${unit.slice(close + 1)}`);
  }
  const terms = splitTerms(unit.startsWith('/') ? unit.slice(1) : unit);
  return terms.every(isComponent);
}

function isComponent(text: string): boolean {
  const match = component.exec(text);
  if (match === null || text === '') return false;
  const [, number, atom, exponent, annotation] = match;
  if (number !== undefined) return exponent === undefined;
  if (atom === undefined) return annotation !== undefined && exponent === undefined;
  return isAtom(atom);
}

function isAtom(text: string): boolean {
  if (metricAtoms.has(text) || plainAtoms.has(text)) return true;
  return prefixes.some((prefix) => text.startsWith(prefix) && metricAtoms.has(text.slice(prefix.length)));
}

function splitTerms(unit: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < unit.length; index++) {
    const character = unit[index];
    if ((character === '.' || character === '/') && !insideBraces(unit, index)) {
      terms.push(unit.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(unit.slice(start));
  return terms;
}

function insideBraces(text: string, position: number): boolean {
  return text.lastIndexOf('{', position) > text.lastIndexOf('}', position);
}

/** UCUM codes with common wrong spellings, for suggestions in errors. */
const suggestions = new Map(
  Object.entries({
    s: 'seconds second secs sec',
    ms: 'milliseconds millisecond millis msec',
    us: 'microseconds microsecond micros usec µs',
    ns: 'nanoseconds nanosecond nanos nsec',
    min: 'minutes minute mins',
    h: 'hours hour hrs',
    d: 'days day',
    By: 'bytes byte B',
    kBy: 'kilobytes kilobyte KB kB',
    MBy: 'megabytes megabyte MB',
    GBy: 'gigabytes gigabyte GB',
    KiBy: 'KiB',
    MiBy: 'MiB',
    GiBy: 'GiB',
    '%': 'percent pct',
    '1': 'ratio none',
    Cel: 'celsius C',
    '{USD}': 'usd USD dollars',
  }).flatMap(([code, words]) => words.split(' ').map((word) => [word, code] as const)),
);

/** Returns the expectation that an error shows for an invalid unit, with a suggestion if the unit can be guessed. */
export function expectedUnit(unit: string): string {
  const code = suggestions.get(unit) ?? (/^[a-z_]+$/i.test(unit) ? `{${unit.replace(/s$/, '')}}` : undefined);
  const general = 'a UCUM unit such as s, By, 1, %, {request} or {request}/s';
  return code === undefined ? general : `${general}; did you mean '${code}'?`;
}
