/**
 * Room `catalogue`: metric definitions. Typed handles, views and all generated files derive from them. May import errors,
 * model and naming, but nothing that records, collects or sends.
 */

import { unknownName } from '../errors/nearest.js';
import { MetricsError, type Problem, wrongObject } from '../errors.js';
import { boundariesFor } from '../model/default-boundaries.js';
import { defaultCardinalityLimit } from '../model/instrument.js';
import type { Scope } from '../model/points.js';
import type { MetricDefinition } from './definitions.js';
import { recordedAttributes } from './info-and-state-set.js';
import { isEqual } from './is-equal.js';
import { placeDefinitions, withDefinitions } from './misplaced-calls.js';
import { claimName, lacksBuckets, lintBuckets, lintDefinition, validateDefinitions } from './validate.js';
import { wrongCallOf } from './wrong-call.js';

/** Definitions by key. The instruments have the same keys. */
export type Definitions = Readonly<Record<string, MetricDefinition>>;

/** Metric of a catalogue: a definition with its namespace and defaults applied. */
export interface Metric extends MetricDefinition {
  /** Key of the definition in the catalogue. */
  readonly key: string;
  readonly cardinalityLimit: number;
}

/** Options of `defineCatalogue`. */
export interface CatalogueOptions {
  /**
   * Prefix of every metric name: a letter, then letters, digits, `_` or `.`. Joined by `.` if the name contains
   * a dot, else by `_`.
   *
   * @example
   * defineCatalogue({}, { namespace: 'storefront' });
   */
  readonly namespace?: string;
  /**
   * OpenTelemetry instrumentation scope of the instruments; `{ name: 'otelier' }` by default.
   *
   * @example
   * defineCatalogue({}, { scope: { name: 'storefront', version: '1.4.0' } });
   */
  readonly scope?: Scope;
}

/** Validated, frozen set of metrics. Instruments, views, dashboards and docs derive from it. */
export interface Catalogue<D extends Definitions = Definitions> {
  readonly definitions: D;
  /** Metrics in declaration order. */
  readonly metrics: readonly Metric[];
  readonly scope: Scope;
}

const defaultScope: Scope = Object.freeze({ name: 'otelier' });

/**
 * Returns a catalogue of metrics, for `startMetrics` and `instrumentsOf`. Validates and freezes the definitions.
 *
 * @throws {MetricsError} METRICS_CATALOGUE_INVALID with all problems of all definitions.
 *
 * @example
 * import { defineCatalogue, histogram, oneOf } from 'otelier';
 * export const shop = defineCatalogue({
 *   checkout: histogram({ name: 'shop.checkout.duration', unit: 's', description: 'Time to check out.',
 *                         buckets: [0.1, 0.5, 1, 5], attributes: { channel: oneOf('web', 'app') } }),
 * });
 */
export function defineCatalogue<const D extends Definitions>(
  definitions: D,
  options: CatalogueOptions = {},
): Catalogue<D> {
  const ofShape = [
    ...wrongDefinitions('defineCatalogue', definitions),
    ...wrongObject('defineCatalogue, second argument', options),
  ];
  if (ofShape.length > 0) throw new MetricsError('METRICS_CATALOGUE_INVALID', ofShape);
  const problems = validateDefinitions(definitions);
  for (const name of Object.keys(options)) {
    const known = ['namespace', 'scope'];
    if (!known.includes(name)) problems.push(unknownName(name, name, 'a known option', known));
  }
  const { namespace } = options;
  if (namespace !== undefined && !/^[A-Za-z][A-Za-z0-9_.]*$/.test(namespace)) {
    problems.push({ where: 'namespace', value: namespace, expected: 'a letter, then letters, digits, _ or .' });
  }
  const { scope = defaultScope } = options;
  if (typeof scope?.name !== 'string' || scope.name === '') {
    problems.push({ where: 'scope.name', value: scope?.name, expected: 'a non-empty string' });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_CATALOGUE_INVALID', problems);

  const metrics = Object.entries(definitions).map(([key, definition]) => {
    const name = prefixed(namespace, definition.name);
    return Object.freeze({
      ...definition,
      key,
      name,
      attributes: recordedAttributes(name, definition),
      ...(lacksBuckets(definition) ? { buckets: boundariesFor(definition.unit) } : {}),
      cardinalityLimit: definition.cardinalityLimit ?? defaultCardinalityLimit,
    });
  });
  placeDefinitions(definitions);
  return withDefinitions({ definitions, metrics: Object.freeze(metrics), scope }, definitions);
}

/** Reports a value in place of an object of definitions. */
function wrongDefinitions(where: string, value: unknown): Problem[] {
  const { kind, name, metrics } = Object(value) as { kind?: unknown; name?: unknown; metrics?: unknown };
  const wrongCall = wrongCallOf(value);
  const found = Array.isArray(metrics) ? 'catalogue' : 'definition';
  if (wrongCall !== undefined) return [{ where, expected: wrongCall }];
  if (found === 'catalogue' || (typeof kind === 'string' && typeof name === 'string'))
    return [{ where, expected: `definitions by key, such as { orders: counter(...) }, not a ${found}` }];
  return wrongObject(where, value, 'an object with a definition per key, such as { orders: counter(...) }');
}

function prefixed(namespace: string | undefined, name: string): string {
  if (namespace === undefined) return name;
  return name.includes('.') ? `${namespace}.${name}` : `${namespace}_${name}`;
}

/**
 * Checks that no two catalogues define one metric name differently. Equal definitions in one scope are one metric: a
 * module that is evaluated again, by a bundler or a reload, defines its metrics again.
 *
 * @param catalogues by the name that errors show.
 * @throws {MetricsError} METRICS_DUPLICATE_NAME with all names that are defined twice.
 */
export function checkTogether(catalogues: Readonly<Record<string, Catalogue>>): void {
  const owners = new Map<string, { path: string; metric: Metric; scope: Scope }>();
  const problems = [];
  for (const [name, catalogue] of Object.entries(catalogues)) {
    const { scope } = catalogue;
    for (const metric of catalogue.metrics) {
      const path = `${name}.${metric.key}`;
      const owner = claimName(owners, metric, { path, metric, scope });
      if (owner === undefined) continue;
      if (!isEqual(owner.metric, metric) || !isEqual(owner.scope, scope)) {
        problems.push({ where: path, value: metric.name, expected: `a unique name ('${owner.path}' already has it)` });
      }
    }
  }
  if (problems.length > 0) throw new MetricsError('METRICS_DUPLICATE_NAME', problems);
}

/**
 * Checks that a value is a catalogue.
 *
 * @param caller function that got the value, for the message.
 * @throws {MetricsError} METRICS_CATALOGUE_INVALID
 */
export function checkCatalogue(caller: string, value: unknown): void {
  if (Array.isArray((value as Partial<Catalogue> | null | undefined)?.metrics)) return;
  const problem = { where: caller, value, expected: 'a catalogue made by defineCatalogue()' };
  throw new MetricsError('METRICS_CATALOGUE_INVALID', [problem]);
}

/** Returns warnings about definitions that are valid but probably unintended. */
export function lintCatalogue(catalogue: Catalogue) {
  const { metrics, definitions } = catalogue;
  return metrics.flatMap((metric) => [
    ...lintDefinition(metric),
    ...lintBuckets(metric.name, definitions[metric.key] ?? metric),
  ]);
}
