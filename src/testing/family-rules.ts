/** What must hold for the samples of one family, whatever its type; and for those of summaries, infos and state sets. */
import { type FamilyLines, type SampleLine, suffixesOf } from './families.js';
import { parseNumber } from './line-scanner.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';

/** Finds what is wrong with a family. */
export type FamilyCheck = (family: FamilyLines) => LintProblem[];

const maxExemplarCharacters = 128;

/** The name of a sample without that of its family. */
export function suffixOf(family: FamilyLines, sample: SampleLine): string {
  return sample.name.slice(family.name.length);
}

/** A problem of one sample, which the text names with its labels. */
export function sampleProblem(
  rule: LintRule,
  family: FamilyLines,
  sample: SampleLine,
  value: number | string | undefined,
  expected: string,
): LintProblem {
  // JSON has no word for the numbers that are none.
  const shown = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const labels = [...sample.labels].map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(',');
  const where = labels === '' ? sample.name : `${sample.name}{${labels}}`;
  return problemOf(rule, family.metric, sample.line, { where, value: shown, expected });
}

/**
 * A key that two samples share when their labels are the same, those in `without` left out. An empty label is as good as
 * none.
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
    // Sums of what was negative: text 0.0.4 has them, OpenMetrics has them of gauge histograms alone.
    const mayFall = suffix === '_gsum' || (isSum && family.format === 'text');
    if (Number.isNaN(value) || (value < 0 && !mayFall)) {
      const expected = mayFall ? 'a number' : 'a number from 0 on';
      return [sampleProblem('invalid_counter', family, sample, value, expected)];
    }
    if (!isCount || Number.isInteger(value)) return [];
    return [sampleProblem('fractional_count', family, sample, value, 'a whole number')];
  });

const duplicates: FamilyCheck = (family) => {
  const seen = new Map<string, number>();
  return family.samples.flatMap((sample) => {
    const timestamp = family.format === 'text' ? '' : sample.timestamp;
    const key = `${sample.name} ${labelKey(sample)} ${timestamp}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, sample.line);
    if (first === undefined) return [];
    return [
      sampleProblem('duplicate_sample', family, sample, sample.value, `no second sample, after that of line ${first}`),
    ];
  });
};

/** OpenMetrics alone: samples of a series together, and their timestamps growing. */
const order: FamilyCheck = (family) => {
  if (family.format === 'text' || family.type === 'info') return [];
  const problems: LintProblem[] = [];
  const seen = new Set<string>();
  let last: { readonly key: string; readonly timestamp: number | undefined } | undefined;
  for (const sample of family.samples) {
    const key = labelKey(sample, memberLabels(family));
    const { timestamp } = sample;
    if (key !== last?.key) {
      if (seen.has(key)) {
        const expected = 'all samples with these labels together';
        problems.push(sampleProblem('interleaved_series', family, sample, sample.value, expected));
      }
    } else if ((timestamp === undefined) !== (last.timestamp === undefined)) {
      const expected = 'a timestamp on every sample of the series, or on none';
      problems.push(sampleProblem('unordered_timestamps', family, sample, timestamp, expected));
    } else if (timestamp !== undefined && timestamp < (last.timestamp as number)) {
      const expected = `a timestamp not before ${last.timestamp}`;
      problems.push(sampleProblem('unordered_timestamps', family, sample, timestamp, expected));
    }
    seen.add(key);
    last = { key, timestamp };
  }
  return problems;
};

/** Labels that tell the samples of one series apart. */
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
      const expected = 'no exemplar but on counters and buckets';
      problems.push(sampleProblem('misplaced_exemplar', family, sample, exemplar.value, expected));
    }
    const bound = ofBucket ? parseNumber(sample.labels.get('le') ?? '') : undefined;
    if (bound !== undefined && exemplar.value > bound) {
      const expected = `an exemplar not above ${bound}`;
      problems.push(sampleProblem('misplaced_exemplar', family, sample, exemplar.value, expected));
    }
    // Code points, as the specification counts, not UTF-16 units.
    const length = [...[...exemplar.labels].flat().join('')].length;
    if (length > maxExemplarCharacters) {
      const expected = `${maxExemplarCharacters} characters of exemplar labels at most`;
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
    return [sampleProblem('negative_quantile', family, sample, sample.value, 'a value from 0 on, or NaN')];
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
  const expected = allowed ? `a UNIT that is the last part of ${name}` : `no UNIT on the type ${type}`;
  return [problemOf('invalid_unit', metric, line, { where: name, value: text, expected })];
};

/** The checks of any family but the shape of histograms. */
export const familyChecks: readonly FamilyCheck[] = [
  unexpectedSamples,
  counts,
  duplicates,
  order,
  exemplars,
  quantiles,
  infosAndStates,
  unit,
];

/** Names that samples of two families may have. */
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
      const expected = `another name: ${name} may be a sample of the ${owner.type} ${owner.name} of line ${owner.line}`;
      problems.push(
        problemOf('clashing_name', family.metric, family.line, { where: family.name, value: name, expected }),
      );
    }
    return problems;
  });
}
