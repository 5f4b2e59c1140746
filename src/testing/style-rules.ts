/** Naming rules: the advice of `promtool check metrics`. */
import type { FamilyLines } from './families.js';
import type { FamilyCheck } from './family-rules.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';

/** Base units, by the unit found in a name; a base unit maps to itself. */
const baseUnits = new Map(
  Object.entries({
    amperes: 'amperes',
    bytes: 'bytes bits',
    celsius: 'celsius fahrenheit rankine',
    grams: 'grams pounds ounces',
    joules: 'joules calories',
    kelvin: 'kelvin kelvins',
    meters: 'meters inches yards miles',
    metres: 'metres',
    seconds: 'seconds minutes hours days weeks',
    volts: 'volts',
  }).flatMap(([base, units]) => units.split(' ').map((unit) => [unit, base] as const)),
);

const prefix =
  /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mebi|mibi|giga|gibi|tera|tebi|peta|pebi)(?=.)/;

const abbreviations = new Set(['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd']);
const typeWords = new Set(['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary']);
const camelCase = /[a-z][A-Z]/;

/** Splits a name into words, also at the dots of UTF-8 names. */
const wordsOf = (metric: string) => metric.split(/[_.]/);
const isHistogram = ({ type }: FamilyLines) => type === 'histogram' || type === 'gaugehistogram';

function found(rule: LintRule, { metric, line }: FamilyLines, value: unknown, expected: string): LintProblem {
  return problemOf(rule, metric, line, { where: metric, ...(value === undefined ? {} : { value }), expected });
}

const help: FamilyCheck = (family) =>
  family.help === undefined || family.help.trim() === '' ? [found('missing_help', family, undefined, 'a HELP')] : [];

/** Checks suffixes that depend on the type; skips metrics of unknown type. */
const suffixes: FamilyCheck = (family) => {
  const { metric, type } = family;
  const problems: LintProblem[] = [];
  if (type === 'unknown') return problems;
  const total = metric.endsWith('_total');
  if (type === 'counter' && !total) problems.push(found('counter_without_total', family, type, `${metric}_total`));
  if (type !== 'counter' && total)
    problems.push(found('total_without_counter', family, type, 'a counter, or a name without _total'));
  if (type !== 'gauge' && metric.endsWith('_timestamp_seconds')) {
    problems.push(found('timestamp_without_gauge', family, type, 'a gauge, or a name without _timestamp_seconds'));
  }
  const reserved = /_(?:bucket|count|sum)$/.exec(metric)?.[0];
  const mayEnd = isHistogram(family) || (type === 'summary' && reserved !== '_bucket');
  if (reserved !== undefined && !mayEnd) {
    const expected = `no ${reserved} on a ${type}`;
    problems.push(found('reserved_suffix', family, reserved, expected));
  }
  return problems;
};

const reservedLabels: FamilyCheck = (family) => {
  const { type, samples } = family;
  if (type === 'unknown') return [];
  const reserved = [...(isHistogram(family) ? [] : ['le']), ...(type === 'summary' ? [] : ['quantile'])];
  return reserved
    .filter((label) => samples.some(({ labels }) => labels.has(label)))
    .map((label) => found('reserved_label', family, label, `no such label on a ${type}`));
};

/** Checks the first unit of a name only, so that rates such as bytes_per_minutes are allowed. */
const baseUnit: FamilyCheck = (family) => {
  for (const word of wordsOf(family.metric)) {
    const base = baseUnits.get(word) ?? baseUnits.get(word.replace(prefix, ''));
    if (base === word) return [];
    if (base !== undefined) return [found('base_unit', family, word, `the base unit ${base}`)];
  }
  return [];
};

const abbreviatedUnit: FamilyCheck = (family) => {
  const [, ...words] = wordsOf(family.metric.toLowerCase());
  const unit = words.find((word) => abbreviations.has(word));
  return unit === undefined ? [] : [found('abbreviated_unit', family, unit, 'the full base unit, such as seconds')];
};

const typeInName: FamilyCheck = (family) => {
  const [, ...words] = wordsOf(family.metric.toLowerCase());
  const type = words.find((word) => typeWords.has(word));
  return type === undefined ? [] : [found('type_in_name', family, type, 'a name without the type')];
};

const reservedCharacter: FamilyCheck = (family) =>
  family.metric.includes(':') ? [found('reserved_character', family, ':', 'a name without colons')] : [];

const snakeCase: FamilyCheck = (family) => {
  const labels = new Set(family.samples.flatMap((sample) => [...sample.labels.keys()]));
  return [family.metric, ...labels]
    .filter((name) => camelCase.test(name))
    .map((name) => found('camel_case', family, name, 'snake_case'));
};

/** All checks of names. */
export const styleChecks: readonly FamilyCheck[] = [
  help,
  suffixes,
  reservedLabels,
  baseUnit,
  abbreviatedUnit,
  typeInName,
  reservedCharacter,
  snakeCase,
];
