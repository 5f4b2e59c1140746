/** Strict parser of OpenMetrics 2.0, by the grammar of its specification (2.0.0-rc0, "ABNF"). */

/** A sample. Times are seconds since 1970-01-01 UTC. */
export interface OpenSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | Composite;
  readonly timestamp: number | undefined;
  readonly start: number | undefined;
  readonly exemplars: readonly OpenExemplar[];
}

export interface OpenExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number;
}

/** Fields of a composite value: numbers, lists of numbers, and lists of pairs. */
export type Composite = Readonly<Record<string, number | readonly number[] | readonly (readonly [number, number])[]>>;

export interface OpenFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string | undefined;
  readonly samples: readonly OpenSample[];
}

const real = '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:e[+-]?\\d+)?';
const number = `(?:${real}|[+-]?(?:inf|infinity)|nan)`;
const integer = '[+-]?\\d+';
const escaped = '"(?:[^"\\\\\\n]|\\\\[^\\n])*"';
const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = `(?:[a-zA-Z_][a-zA-Z0-9_]*|${escaped})=${escaped}`;
const labels = `\\{(?:${label}(?:,${label})*)?\\}`;
const list = (item: string) => `\\[(?:${item}(?:,${item})*)?\\]`;
const classic = `bucket:\\[(?:(?:-Inf|${real}):${number},)*\\+Inf:${number}\\]`;
const side = (sign: string) => `,${sign}_spans:${list(`${integer}:\\+?\\d+`)},${sign}_buckets:${list(number)}`;
const native = `schema:${integer},zero_threshold:${real},zero_count:${number}(?:${side('negative')})?(?:${side('positive')})?`;
const buckets = `(?:${classic}|${native}(?:,${classic})?)`;
const composite =
  `\\{(?:count:${number},sum:${number},(?:${buckets}|quantile:${list(`${real}:${number}`)})|` +
  `gcount:${number},gsum:${number},${buckets})\\}`;
const exemplar = ` # (?<exemplarLabels>${labels}) (?<exemplarValue>${number}) (?<exemplarTime>${real})`;
const sampleLine = new RegExp(
  `^(?:(?<name>${metricName})(?<labels>${labels})?|\\{(?<quoted>${escaped})(?<more>(?:,${label})*)\\}) ` +
    `(?<value>${number}|${composite})(?: (?<time>${real}))?(?: st@(?<start>${real}))?(?<exemplars>(?: # .*)?)$`,
  'i',
);
const metadataLine = new RegExp(`^# (TYPE|HELP|UNIT) (${metricName}|${escaped}) (.*)$`);
const types = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown'];

/** Parses an exposition. @throws {SyntaxError} with the line that violates the grammar or the structure. */
export function parseOpenMetrics2(text: string): OpenFamily[] {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new SyntaxError('no # EOF at the end');
  const families = new Map<string, { -readonly [K in keyof OpenFamily]: OpenFamily[K] } & { samples: OpenSample[] }>();
  let current: string | undefined;
  const select = (name: string, line: string) => {
    let family = families.get(name);
    if (family !== undefined && name !== current) throw new SyntaxError(`interleaved family: ${line}`);
    family ??= { name, type: 'unknown', unit: undefined, help: undefined, samples: [] };
    families.set(name, family);
    current = name;
    return family;
  };
  for (const line of lines) {
    const [, keyword, writtenName = '', value = ''] = metadataLine.exec(line) ?? [];
    if (keyword !== undefined) {
      const family = select(unquoted(writtenName), line);
      if (family.samples.length > 0) throw new SyntaxError(`metadata after samples: ${line}`);
      if (keyword === 'TYPE' && !types.includes(value)) throw new SyntaxError(`unknown type: ${line}`);
      if (keyword === 'TYPE') family.type = value;
      else if (keyword === 'UNIT') family.unit = value;
      else family.help = unescaped(value);
      continue;
    }
    const sample = readSample(line);
    const family = select(sample.name, line);
    check(family, sample, line);
    family.samples.push(sample);
  }
  return [...families.values()];
}

function readSample(line: string): OpenSample {
  const groups = sampleLine.exec(line)?.groups;
  if (groups === undefined) throw new SyntaxError(`not a sample: ${line}`);
  const exemplars: OpenExemplar[] = [];
  let rest = groups['exemplars'] as string;
  const next = new RegExp(`^${exemplar}`, 'i');
  for (let found = next.exec(rest); found !== null; found = next.exec(rest)) {
    const { exemplarLabels = '', exemplarValue = '', exemplarTime = '' } = found.groups ?? {};
    exemplars.push({
      labels: labelsIn(exemplarLabels),
      value: toNumber(exemplarValue),
      timestamp: Number(exemplarTime),
    });
    rest = rest.slice(found[0].length);
  }
  if (rest !== '') throw new SyntaxError(`not an exemplar: ${rest}`);
  const { name, quoted = '', more = '', value = '', time, start } = groups;
  return {
    name: name ?? unquoted(quoted),
    labels: labelsIn(groups['labels'] ?? more),
    value: value.startsWith('{') ? compositeOf(value) : toNumber(value),
    timestamp: time === undefined ? undefined : Number(time),
    start: start === undefined ? undefined : Number(start),
    exemplars,
  };
}

/** Checks rules beyond the grammar: values by type, unique metrics, and the consistency of buckets. */
function check({ name, type, samples }: OpenFamily, sample: OpenSample, line: string): void {
  const fail = (reason: string) => {
    throw new SyntaxError(`${reason}: ${line}`);
  };
  const key = (each: OpenSample) => JSON.stringify([Object.entries(each.labels).sort(), each.timestamp]);
  if (samples.some((each) => key(each) === key(sample))) fail('duplicate');
  const isComposite = typeof sample.value === 'object';
  if (isComposite !== /histogram$|^summary$/.test(type) && type !== 'unknown')
    fail(`a value of the wrong kind for ${type}`);
  if (type === 'info' && (!name.endsWith('_info') || sample.value !== 1)) fail('not an info');
  if (type === 'stateset' && !(name in sample.labels)) fail('no label with the state');
  if (sample.exemplars.length > 0 && !/^counter$|histogram$/.test(type)) fail('an exemplar of another type');
  if (typeof sample.value !== 'object') return;
  const { count, bucket, schema, zero_count } = sample.value as Record<string, number & (readonly [number, number])[]>;
  if (bucket !== undefined) {
    const sorted = bucket.every(
      ([bound, value], at) =>
        at === 0 || (bound > (bucket[at - 1]?.[0] as number) && value >= (bucket[at - 1]?.[1] as number)),
    );
    if (!sorted || bucket.at(-1)?.[1] !== count) fail('inconsistent buckets');
    if ('le' in sample.labels) fail('a label le');
  }
  if (schema === undefined) return;
  let total = zero_count as number;
  for (const sign of ['negative', 'positive']) {
    const spans = (sample.value[`${sign}_spans`] ?? []) as readonly (readonly [number, number])[];
    const counts = (sample.value[`${sign}_buckets`] ?? []) as readonly number[];
    if (spans.reduce((sum, [, length]) => sum + length, 0) !== counts.length) fail('spans of another length');
    if (spans.some(([offset], at) => at > 0 && offset < 0)) fail('a negative offset');
    total += counts.reduce((sum, each) => sum + each, 0);
  }
  if (schema < -4 || schema > 8 || total !== count) fail('inconsistent native buckets');
}

function compositeOf(text: string): Composite {
  const fields = [...text.slice(1, -1).matchAll(/(\w+):(\[[^\]]*\]|[^,[\]]+)/g)];
  return Object.fromEntries(
    fields.map(([, name = '', value = '']) => {
      if (!value.startsWith('[')) return [name, toNumber(value)];
      const items = value === '[]' ? [] : value.slice(1, -1).split(',');
      return [name, items.map((item) => (item.includes(':') ? item.split(':').map(toNumber) : toNumber(item)))];
    }),
  ) as Composite;
}

function toNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  return /inf/i.test(text) ? sign * Number.POSITIVE_INFINITY : Number(text.replace(/^nan$/i, 'NaN'));
}

function labelsIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(new RegExp(`([a-zA-Z_][a-zA-Z0-9_]*|${escaped})=(${escaped})`, 'g'))];
  const names = pairs.map(([, name = '']) => unquoted(name));
  if (new Set(names).size !== names.length) throw new SyntaxError(`a label twice: ${text}`);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [unquoted(name), unquoted(value)]));
}

function unquoted(text: string): string {
  return text.startsWith('"') ? unescaped(text.slice(1, -1)) : text;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (sequence, character: string) =>
    character === 'n' ? '\n' : '"\\'.includes(character) ? character : sequence,
  );
}
