/** Validation of metric definitions: finds all problems of a catalogue at once. */

import { type Aliases, nearest, unknownName } from '../errors/nearest.js';
import type { Problem } from '../errors.js';
import { hasBoundaries } from '../model/default-boundaries.js';
import { defaultCardinalityLimit, instrumentTypes, isCounter, isInstrumentName } from '../model/instrument.js';
import type { MetricDefinition } from './definitions.js';
import { expectedUnit, isUcumUnit } from './ucum.js';
import { checkAttributes, exampleOfAttributes } from './validate-attributes.js';
import { wrongCallOf } from './wrong-call.js';
import { countOfZeroSeries, kindsThatStartAtZero, mostZeroSeries } from './zero-series.js';

const stabilities = ['development', 'alpha', 'beta', 'release_candidate', 'stable'];
const merges = ['last', 'sum', 'min', 'max', 'mean'];
const optionsOfAllKinds = [
  'kind',
  'name',
  'unit',
  'description',
  'attributes',
  'cardinalityLimit',
  'expireAfter',
  'stability',
  'priority',
];

/** Options by their names in prom-client and OpenTelemetry. */
const otherNames: Aliases = {
  desc: 'description',
  help: 'description',
  dimensions: 'attributes',
  labelnames: 'attributes',
  labels: 'attributes',
  tags: 'attributes',
  bounds: 'buckets',
  boundaries: 'buckets',
  explicitbounds: 'buckets',
  explicitbucketboundaries: 'buckets',
  percentiles: 'aggregation',
  quantiles: 'aggregation',
  aggregationcardinalitylimit: 'cardinalityLimit',
  limit: 'cardinalityLimit',
  maxseries: 'cardinalityLimit',
  maxageseconds: 'expireAfter',
  ttl: 'expireAfter',
  values: 'states',
};

type Check = (where: string, definition: MetricDefinition) => Problem[];

/** Returns all problems of the definitions, in the order of their keys. */
export function validateDefinitions(definitions: Readonly<Record<string, MetricDefinition>>): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const [key, definition] of Object.entries(definitions)) {
    const wrongCall = wrongCallOf(definition);
    if (wrongCall !== undefined) {
      problems.push({ where: key, expected: wrongCall });
      continue;
    }
    if (typeof definition !== 'object' || definition === null || !Object.hasOwn(instrumentTypes, definition.kind)) {
      problems.push({
        where: key,
        value: definition,
        expected: 'a definition created by counter(), histogram() or another maker',
      });
      continue;
    }
    problems.push(...withoutMissing(checks.flatMap((check) => check(key, definition))));
    if (typeof definition.name !== 'string') continue;
    const owner = claimName(owners, definition, key);
    if (owner !== undefined) {
      problems.push({
        where: `${key}.name`,
        value: definition.name,
        expected: `a unique name ('${owner}' has the same one, ignoring case and punctuation)`,
      });
    }
  }
  return problems;
}

/** Removes the problem of a missing option that another problem suggests: the option was given under another name. */
function withoutMissing(problems: readonly Problem[]): Problem[] {
  const isSuggested = ({ where }: Problem) =>
    problems.some((other) => where === `${other.where.slice(0, other.where.lastIndexOf('.'))}.${other.suggestion}`);
  return problems.filter((problem) => !('value' in problem && problem.value === undefined && isSuggested(problem)));
}

/**
 * Enters a definition under its name; returns the earlier owner of a name that conflicts, if there is one.
 *
 * @param owners by the identity of a name; updated if no name conflicts.
 */
export function claimName<T>(owners: Map<string, T>, definition: NamedDefinition, owner: T): T | undefined {
  const identities = nameIdentities(definition);
  const earlier = identities.map((identity) => owners.get(identity)).find((each) => each !== undefined);
  if (earlier === undefined) for (const identity of identities) owners.set(identity, owner);
  return earlier;
}

type NamedDefinition = Pick<MetricDefinition, 'kind' | 'name'>;

/**
 * Returns texts, one of which is equal for definitions whose names conflict: OpenTelemetry ignores case, and Prometheus
 * replaces punctuation by `_`. Of a counter, Prometheus uses the name with and without `_total`.
 */
function nameIdentities({ kind, name }: NamedDefinition): readonly string[] {
  const identity = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  if (!isCounter(kind)) return [identity];
  const short = identity.replace(/_total$/, '');
  return [short, `${short}_total`];
}

const checks: readonly Check[] = [
  checkName,
  checkUnit,
  checkDescription,
  checkOptionNames,
  checkNumbers,
  checkBuckets,
  checkShape,
  checkChoices,
  checkAttributes,
  checkStartAtZero,
];

function checkName(where: string, { name }: MetricDefinition): Problem[] {
  if (typeof name === 'string' && isInstrumentName(name)) return [];
  return [{ where: `${where}.name`, value: name, expected: 'a letter, then up to 254 letters, digits, _, ., - or /' }];
}

function checkUnit(where: string, { unit, shape }: MetricDefinition): Problem[] {
  // Info metrics and state sets have no unit.
  if (shape !== undefined && unit === '') return [];
  if (typeof unit === 'string' && isUcumUnit(unit)) return [];
  return [{ where: `${where}.unit`, value: unit, expected: expectedUnit(typeof unit === 'string' ? unit : '') }];
}

function checkDescription(where: string, { description }: MetricDefinition): Problem[] {
  if (typeof description === 'string' && description.trim() !== '') return [];
  return [{ where: `${where}.description`, value: description, expected: 'a sentence that describes the metric' }];
}

function checkOptionNames(where: string, definition: MetricDefinition): Problem[] {
  const allowed = new Set(optionsOfAllKinds);
  if (definition.kind === 'histogram') allowed.add('buckets').add('aggregation');
  if (kindsThatStartAtZero.includes(definition.kind)) allowed.add('startAtZero');
  if (definition.shape !== undefined) allowed.add('shape').add('states');
  else if (definition.kind === 'gauge' || definition.kind === 'observableGauge') allowed.add('merge');
  const known = [...allowed].filter((option) => option !== 'kind' && option !== 'shape');
  const expected = `an option of ${definition.shape ?? definition.kind}()`;
  return Object.entries(definition)
    .filter(([option]) => !allowed.has(option))
    .map(([option, value]) => {
      const problem = unknownName(`${where}.${option}`, option, expected, known, otherNames);
      const example = problem.suggestion === 'attributes' ? exampleOfAttributes(value) : undefined;
      return example === undefined ? problem : { ...problem, expected: `attributes: ${example}` };
    });
}

function checkNumbers(where: string, definition: MetricDefinition): Problem[] {
  const problems: Problem[] = [];
  const { cardinalityLimit, expireAfter } = definition;
  if (cardinalityLimit !== undefined && !(Number.isInteger(cardinalityLimit) && cardinalityLimit >= 1)) {
    problems.push({
      where: `${where}.cardinalityLimit`,
      value: cardinalityLimit,
      expected: 'an integer of at least 1',
    });
  }
  if (expireAfter !== undefined && !(Number.isFinite(expireAfter) && expireAfter > 0)) {
    problems.push({ where: `${where}.expireAfter`, value: expireAfter, expected: 'a positive number of milliseconds' });
  }
  return problems;
}

function checkBuckets(where: string, definition: MetricDefinition): Problem[] {
  const { buckets, aggregation } = definition;
  if (buckets === undefined) return [];
  const isImplied = Array.isArray(buckets) && buckets.at(-1) === Number.POSITIVE_INFINITY;
  const expected = `one or more finite numbers in ascending order${isImplied ? '; the bucket up to Infinity is implied' : ''}`;
  if (!Array.isArray(buckets) || buckets.length === 0) return [{ where: `${where}.buckets`, value: buckets, expected }];
  const ascending = buckets.every(
    (bound, index) => Number.isFinite(bound) && (index === 0 || bound > buckets[index - 1]),
  );
  if (!ascending) return [{ where: `${where}.buckets`, value: buckets, expected }];
  if (aggregation === 'exponential') {
    return [
      { where: `${where}.buckets`, value: buckets, expected: 'no buckets, because the aggregation is exponential' },
    ];
  }
  return [];
}

function checkShape(where: string, { name, shape, states, attributes }: MetricDefinition): Problem[] {
  if (shape === 'info' && !/[._]info$/.test(name)) {
    return [{ where: `${where}.name`, value: name, expected: 'a name that ends in .info or _info' }];
  }
  if (shape !== 'stateSet') return [];
  const valid = Array.isArray(states) && states.every((state) => typeof state === 'string' && state !== '');
  if (!valid || states.length === 0 || new Set(states).size !== states.length) {
    return [{ where: `${where}.states`, value: states, expected: 'one or more different, non-empty strings' }];
  }
  if (typeof attributes !== 'object' || attributes === null || !Object.hasOwn(attributes, name)) return [];
  return [
    {
      where: `${where}.attributes.${name}`,
      expected: 'a key other than the name of the metric, which is the key of the state',
    },
  ];
}

function checkChoices(where: string, definition: MetricDefinition): Problem[] {
  const choices = [
    ['stability', definition.stability, stabilities],
    ['priority', definition.priority, ['normal', 'low']],
    ['merge', definition.merge, merges],
    ['aggregation', definition.aggregation, ['explicit', 'exponential']],
  ] as const;
  return choices
    .filter(([, value, allowed]) => value !== undefined && !(allowed as readonly string[]).includes(value))
    .map(([option, value, allowed]) => ({
      where: `${where}.${option}`,
      value,
      expected: `one of ${allowed.join(', ')}`,
      suggestion: nearest(value, allowed),
    }));
}

function checkStartAtZero(where: string, definition: MetricDefinition): Problem[] {
  const { startAtZero, attributes } = definition;
  if (startAtZero === undefined || startAtZero === false) return [];
  const problem = (expected: string) => [{ where: `${where}.startAtZero`, value: startAtZero, expected }];
  if (startAtZero !== true) return problem('true or false');
  if (typeof attributes !== 'object' || attributes === null) return [];
  const count = countOfZeroSeries(definition);
  if (count === undefined) return problem('attributes that are all oneOf(), or false');
  const most = mostZeroSeries(definition);
  return count <= most ? [] : problem(`at most ${most} series instead of ${count}, or a higher cardinalityLimit`);
}

/**
 * Returns the attributes whose limit exceeds the cardinality limit of their metric.
 *
 * They are logged as warnings when metrics start.
 */
export function lintDefinition(definition: MetricDefinition): Problem[] {
  const limit = definition.cardinalityLimit ?? defaultCardinalityLimit;
  return Object.entries(definition.attributes)
    .filter(([, type]) => type.limit > limit)
    .map(([key, type]) => ({
      where: `${definition.name}, attribute ${key}`,
      value: type.limit,
      expected: `a limit of at most ${limit}, the cardinalityLimit of the metric`,
    }));
}

/** Reports whether a definition is that of a histogram with explicit buckets that were not chosen. */
export function lacksBuckets({ kind, buckets, aggregation }: MetricDefinition): boolean {
  return kind === 'histogram' && buckets === undefined && aggregation !== 'exponential';
}

/** Reports a histogram without buckets whose unit has no default of its own: its quantiles are guesses then. */
export function lintBuckets(name: string, definition: MetricDefinition): Problem[] {
  const { unit } = definition;
  if (!lacksBuckets(definition) || hasBoundaries(unit)) return [];
  const expected = `buckets, or aggregation 'exponential'; unit ${unit} has no default, so bounds from 0 to 10000 apply`;
  return [{ where: name, expected }];
}
