/** Rules for the samples of one family, except the shape of histograms. */
import { type FamilyLines, type SampleLine, suffixesOf } from './families.js';
import { parseNumber } from './line-scanner.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';
import { compareTimes, shownTime, timeKey } from './timestamps.js';

/** Returns the problems of a family. */
export type FamilyCheck = (family: FamilyLines) => LintProblem[];

const maxExemplarCharacters = 128;

/** Returns the name of a sample without the name of its family. */
export function suffixOf(family: FamilyLines, sample: SampleLine): string {
  return sample.name.slice(family.name.length);
}

/** Creates a problem of one sample; the text contains its labels. */
export function sampleProblem(
  rule: LintRule,
  family: FamilyLines,
  sample: SampleLine,
  value: number | string | undefined,
  expected: string,
): LintProblem {
  // JSON cannot represent NaN and infinity.
  const shown = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const labels = [...sample.labels].map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(',');
  const where = labels === '' ? sample.name : `${sample.name}{${labels}}`;
  return problemOf(rule, family.metric, sample.line, { where, value: shown, expected });
}

/**
 * Returns a key that is equal for samples with equal labels, ignoring the labels in `without`. An empty label counts as
 * absent.
 */
export function labelKey({ labels }: SampleLine, without: readonly string[] = []): string {
  const pairs: string[] = [];
  for (const [name, value] of labels) {
    if (value !== '' && !without.includes(name)) pairs.push(JSON.stringify([name, value]));
  }
  return pairs.sort().join();
}

const unexpectedSamples: FamilyCheck = (family) =>
  family.samples.flatMap((sample) => {
    const suffixes = suffixesOf(family);
    if (suffixes.includes(suffixOf(family, sample))) return [];
    if (family.type === 'counter') {
      return [sampleProblem('missing_total', family, sample, sample.name, `a sample named ${family.name}_total`)];
    }
    const names = suffixes.map((suffix) => family.name + suffix).join(', ');
    return [sampleProblem('unexpected_sample', family, sample, sample.name, `a sample of a ${family.type}: ${names}`)];
  });

const countSuffixes = new Set(['_bucket', '_count', '_gcount']);

const counts: FamilyCheck = (family) =>
  family.samples.flatMap((sample) => {
    const { value } = sample;
    const suffix = suffixOf(family, sample);
    if (!suffixesOf(family).includes(suffix) || suffix === '_created') return [];
    const isSum = suffix === '_sum' || suffix === '_gsum';
    const isCount = countSuffixes.has(suffix);
    if (!isSum && !isCount && family.type !== 'counter') return [];
    // Text 0.0.4 allows negative sums; OpenMetrics allows them only for gauge histograms.
    const mayFall = suffix === '_gsum' || (isSum && family.format === 'text');
    if (Number.isNaN(value) || (value < 0 && !mayFall)) {
      const expected = mayFall ? 'a number' : 'a number of at least 0';
      return [sampleProblem('invalid_counter', family, sample, value, expected)];
    }
    if (!isCount || Number.isInteger(value)) return [];
    return [sampleProblem('fractional_count', family, sample, value, 'a whole number')];
  });

/**
 * Reports a second sample of a series. OpenMetrics accepts several with timestamps, equal ones too: shortening a
 * timestamp to milliseconds makes two points equal.
 */
const duplicates: FamilyCheck = (family) => {
  const seen = new Map<string, number>();
  return family.samples.flatMap((sample) => {
    if (family.format === 'openmetrics' && sample.time !== undefined) return [];
    const key = `${sample.name} ${labelKey(sample, ['quantile'])} ${quantileOf(family, sample)}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, sample.line);
    if (first === undefined) return [];
    return [
      sampleProblem(
        'duplicate_sample',
        family,
        sample,
        sample.value,
        `no second sample; the first is on line ${first}`,
      ),
    ];
  });
};

/** Returns the quantile of a sample. Of a summary in OpenMetrics, equal numbers are equal quantiles, however written. */
function quantileOf({ type, format }: FamilyLines, { labels }: SampleLine): number | string | undefined {
  const text = labels.get('quantile');
  return type === 'summary' && format === 'openmetrics' ? (parseNumber(text ?? '') ?? text) : text;
}

/** Checks that the samples of a series are contiguous with ascending timestamps; OpenMetrics only. */
const order: FamilyCheck = (family) => {
  if (family.format === 'text') return [];
  const problems: LintProblem[] = [];
  const last = new Map<string, string | undefined>();
  let previous: string | undefined;
  for (const sample of family.samples) {
    const key = labelKey(sample, memberLabels(family));
    const { time } = sample;
    const before = last.get(key);
    // The labels of an info do not show which of them identify the series, so its order is known for equal labels only.
    if (last.has(key) && key !== previous && family.type !== 'info') {
      const expected = 'all samples with these labels together';
      problems.push(sampleProblem('interleaved_series', family, sample, sample.value, expected));
    } else if (last.has(key) && (time === undefined) !== (before === undefined)) {
      const expected = 'a timestamp on every sample of the series, or on no sample';
      problems.push(sampleProblem('unordered_timestamps', family, sample, shownTime(time), expected));
    } else if (time !== undefined && before !== undefined && compareTimes(time, before) < 0) {
      const expected = `a timestamp not before ${before}`;
      problems.push(sampleProblem('unordered_timestamps', family, sample, shownTime(time), expected));
    }
    last.set(key, time);
    previous = key;
  }
  return problems;
};

/** Checks that each start time of a counter has a total with the same labels and timestamp. */
const totals: FamilyCheck = (family) => {
  if (family.type !== 'counter' || family.format === 'text') return [];
  const pointOf = (sample: SampleLine) => `${labelKey(sample)} ${timeKey(sample.time)}`;
  const complete = new Set(family.samples.filter((sample) => suffixOf(family, sample) === '_total').map(pointOf));
  return family.samples.flatMap((sample) => {
    if (suffixOf(family, sample) !== '_created' || complete.has(pointOf(sample))) return [];
    const expected = `a sample ${family.name}_total with the same labels and timestamp`;
    return [sampleProblem('missing_total', family, sample, shownTime(sample.time), expected)];
  });
};

/** Returns the labels that distinguish the samples of one series. */
function memberLabels({ type, name }: FamilyLines): readonly string[] {
  if (type === 'histogram' || type === 'gaugehistogram') return ['le'];
  if (type === 'summary') return ['quantile'];
  return type === 'stateset' ? [name] : [];
}

const exemplars: FamilyCheck = (family) =>
  family.samples.flatMap((sample) => {
    const { exemplar } = sample;
    if (exemplar === undefined) return [];
    const problems: LintProblem[] = [];
    const suffix = suffixOf(family, sample);
    const ofCounter = family.type === 'counter' && suffix === '_total';
    const ofBucket = family.type.endsWith('histogram') && suffix === '_bucket';
    if (!ofCounter && !ofBucket) {
      const expected = 'exemplars only on counters and buckets';
      problems.push(sampleProblem('misplaced_exemplar', family, sample, exemplar.value, expected));
    }
    const bound = ofBucket ? parseNumber(sample.labels.get('le') ?? '') : undefined;
    if (bound !== undefined && exemplar.value > bound) {
      const expected = `an exemplar of at most ${bound}`;
      problems.push(sampleProblem('misplaced_exemplar', family, sample, exemplar.value, expected));
    }
    // The specification counts code points, not UTF-16 code units.
    const length = [...[...exemplar.labels].flat().join('')].length;
    if (length > maxExemplarCharacters) {
      const expected = `at most ${maxExemplarCharacters} characters of exemplar labels`;
      problems.push(sampleProblem('long_exemplar', family, sample, length, expected));
    }
    return problems;
  });

const quantiles: FamilyCheck = (family) => {
  if (family.type !== 'summary') return [];
  return family.samples.flatMap((sample) => {
    if (sample.name !== family.name) return [];
    const text = sample.labels.get('quantile');
    const quantile = parseNumber(text ?? '') ?? -1;
    if (!(quantile >= 0 && quantile <= 1)) {
      return [sampleProblem('invalid_quantile', family, sample, text, 'a label quantile from 0 to 1')];
    }
    if (family.format === 'text' || !(sample.value < 0)) return [];
    return [sampleProblem('negative_quantile', family, sample, sample.value, 'a value of at least 0, or NaN')];
  });
};

const infosAndStates: FamilyCheck = (family) =>
  family.samples.flatMap((sample) => {
    const { value } = sample;
    if (family.type === 'info' && value !== 1) return [sampleProblem('invalid_info', family, sample, value, '1')];
    if (family.type !== 'stateset') return [];
    if (!sample.labels.has(family.name)) {
      return [sampleProblem('invalid_stateset', family, sample, undefined, `a label ${family.name} with the state`)];
    }
    return value === 0 || value === 1 ? [] : [sampleProblem('invalid_stateset', family, sample, value, '0 or 1')];
  });

const unit: FamilyCheck = ({ name, metric, type, unit: text, format, line }) => {
  if (format === 'text' || text === undefined || text === '') return [];
  const allowed = type !== 'info' && type !== 'stateset';
  if (allowed && name.endsWith(`_${text}`)) return [];
  const expected = allowed ? `a UNIT that is the suffix of ${name}` : `no UNIT for type ${type}`;
  return [problemOf('invalid_unit', metric, line, { where: name, value: text, expected })];
};

/** All checks of a family except the shape of histograms. */
export const familyChecks: readonly FamilyCheck[] = [
  unexpectedSamples,
  counts,
  duplicates,
  order,
  totals,
  exemplars,
  quantiles,
  infosAndStates,
  unit,
];

/** Reports sample names that two families could both have. */
export function clashes(families: readonly FamilyLines[]): LintProblem[] {
  const owners = new Map<string, FamilyLines>();
  return families.flatMap((family) => {
    const problems: LintProblem[] = [];
    for (const name of new Set(['', ...suffixesOf(family)].map((suffix) => family.name + suffix))) {
      const owner = owners.get(name);
      if (owner === undefined) {
        owners.set(name, family);
        continue;
      }
      const expected = `another name: ${name} may be a sample of the ${owner.type} ${owner.name} on line ${owner.line}`;
      problems.push(
        problemOf('clashing_name', family.metric, family.line, { where: family.name, value: name, expected }),
      );
    }
    return problems;
  });
}
