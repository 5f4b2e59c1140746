/** Views: which instruments they select, and what streams they make of one (OpenTelemetry metrics SDK, "View"). */
import type { Attributes } from '@opentelemetry/api';
import type { AggregationOption, IAttributesProcessor, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { AttributeTypes } from '../catalogue/attributes.js';
import type { Metric } from '../catalogue/catalogue.js';
import { aggregationTypes, instrumentTypes } from '../model/instrument.js';
import type { Scope } from '../model/points.js';
import type { InstrumentDescription } from './instrument-core.js';

/** What a stream is to be, as far as views and the definition say. */
export interface StreamPlan {
  readonly name: string;
  readonly description: string;
  /** Declared attributes; `undefined` when any may come. */
  readonly attributes: AttributeTypes | undefined;
  /** What views make of the attributes, one after another. */
  readonly processors: readonly IAttributesProcessor[];
  /** `undefined` leaves it to the reader. */
  readonly aggregation: AggregationOption | undefined;
  readonly cardinalityLimit: number | undefined;
  readonly expireAfterMs: number | undefined;
}

/** @throws {Error} when a view selects nothing, or names the stream of more than one instrument. */
export function checkView(view: ViewOptions): void {
  const { instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl } = view;
  const selectors = [instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl];
  if (selectors.every((selector) => selector === undefined)) {
    throw new Error('A view must select instruments: by name, type, unit or meter.');
  }
  if (view.name !== undefined && (instrumentName === undefined || /[*?]/.test(instrumentName))) {
    throw new Error(`The view '${view.name}' must select one instrument by its full name.`);
  }
}

/**
 * The streams of an instrument.
 *
 * Views that lead to the same name are one stream: each says what the ones before it left open, attribute processors
 * follow one another. A catalogue's metric is always one stream, which views change field by field.
 */
export function planStreams(
  instrument: InstrumentDescription,
  scope: Scope,
  definition: Metric | undefined,
  views: readonly ViewOptions[],
): StreamPlan[] {
  const selecting = views.filter((view) => selects(view, instrument, scope));
  const keeping = selecting.filter((view) => view.aggregation?.type !== aggregationTypes.drop);
  // A view that drops what another one asks for leaves it alone.
  const matching = keeping.length > 0 ? keeping : selecting;
  const base = basePlan(instrument, definition);
  if (definition !== undefined || matching.length === 0) return [matching.reduce(changed, base)];
  const byName = new Map<string, StreamPlan>();
  for (const view of matching) {
    const name = (view.name ?? instrument.name).toLowerCase();
    byName.set(name, changed(byName.get(name) ?? base, view));
  }
  return [...byName.values()];
}

function basePlan(instrument: InstrumentDescription, definition: Metric | undefined): StreamPlan {
  return {
    name: instrument.name,
    description: instrument.description,
    attributes: definition?.attributes,
    processors: [],
    aggregation:
      definition?.aggregation === 'exponential' ? { type: aggregationTypes.exponentialHistogram } : undefined,
    cardinalityLimit: definition?.cardinalityLimit,
    expireAfterMs: definition?.expireAfter,
  };
}

function changed(plan: StreamPlan, view: ViewOptions): StreamPlan {
  const asks = view.aggregation !== undefined && view.aggregation.type !== aggregationTypes.default;
  return {
    ...plan,
    name: view.name ?? plan.name,
    description: view.description ?? plan.description,
    processors: [...plan.processors, ...(view.attributesProcessors ?? [])],
    aggregation: asks ? view.aggregation : plan.aggregation,
    cardinalityLimit: view.aggregationCardinalityLimit ?? plan.cardinalityLimit,
  };
}

/** All processors as one function; `undefined` when there are none. */
export function processAll(
  processors: readonly IAttributesProcessor[],
): ((attributes: Attributes) => Attributes) | undefined {
  if (processors.length === 0) return undefined;
  return (attributes) => processors.reduce((processed, processor) => processor.process(processed), attributes);
}

function selects(view: ViewOptions, instrument: InstrumentDescription, scope: Scope): boolean {
  return (
    (view.instrumentName === undefined || matches(view.instrumentName, instrument.name)) &&
    (view.instrumentType === undefined || view.instrumentType === instrumentTypes[instrument.kind]) &&
    (view.instrumentUnit === undefined || view.instrumentUnit === instrument.unit) &&
    (view.meterName === undefined || view.meterName === scope.name) &&
    (view.meterVersion === undefined || view.meterVersion === (scope.version ?? '')) &&
    (view.meterSchemaUrl === undefined || view.meterSchemaUrl === scope.schemaUrl)
  );
}

/** `*` stands for any characters, `?` for one; case does not matter. */
function matches(pattern: string, name: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'i').test(name);
}
