/** Views: select instruments and configure their streams (OpenTelemetry metrics SDK, "View"). */
import type { Attributes } from '@opentelemetry/api';
import type { AttributeTypes } from '../catalogue/attributes.js';
import type { Metric } from '../catalogue/catalogue.js';
import { aggregationTypes, instrumentTypes } from '../model/instrument.js';
import type { AggregationOption, IAttributesProcessor, ViewOptions } from '../model/otel-sdk.js';
import type { Scope } from '../model/points.js';
import { wildcardExpression } from '../model/wildcard.js';
import type { InstrumentDescription } from './instrument-core.js';
import { quoted } from './message-labels.js';

/** Configuration of a stream, from views and the definition. */
export interface StreamPlan {
  readonly name: string;
  readonly description: string;
  /** Declared attributes; `undefined` if any attributes are allowed. */
  readonly attributes: AttributeTypes | undefined;
  /** Attribute processors of the views, in the order in which they run. */
  readonly processors: readonly IAttributesProcessor[];
  /** `undefined` if the reader decides. */
  readonly aggregation: AggregationOption | undefined;
  readonly cardinalityLimit: number | undefined;
  readonly expireAfterMs: number | undefined;
}

/**
 * Checks the selectors of a view.
 *
 * @throws {Error} if the view has no selector, or renames the streams of several instruments.
 */
export function checkView(view: ViewOptions): void {
  const { instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl } = view;
  const selectors = [instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl];
  if (selectors.every((selector) => selector === undefined)) {
    throw new Error('view without a selector: select instruments by name, type, unit or meter');
  }
  if (view.name !== undefined && (instrumentName === undefined || /[*?]/.test(instrumentName))) {
    throw new Error(`view ${quoted(view.name)} renames several instruments: select one instrument by its full name`);
  }
}

/**
 * Returns the streams of an instrument.
 *
 * Views with the same stream name share one stream: later views override fields of earlier ones, and all attribute
 * processors run in turn. A metric of a catalogue always has exactly one stream, which views change field by field.
 */
export function planStreams(
  instrument: InstrumentDescription,
  scope: Scope,
  definition: Metric | undefined,
  views: readonly ViewOptions[],
): StreamPlan[] {
  const selecting = views.filter((view) => selects(view, instrument, scope));
  const keeping = selecting.filter((view) => view.aggregation?.type !== aggregationTypes.drop);
  // A view that drops an instrument has no effect if another view keeps it.
  const matching = keeping.length > 0 ? keeping : selecting;
  const base = basePlan(instrument, definition);
  if (definition !== undefined || matching.length === 0) return [matching.reduce(applyView, base)];
  const byName = new Map<string, StreamPlan>();
  for (const view of matching) {
    const name = (view.name ?? instrument.name).toLowerCase();
    byName.set(name, applyView(byName.get(name) ?? base, view));
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

function applyView(plan: StreamPlan, view: ViewOptions): StreamPlan {
  const hasAggregation = view.aggregation !== undefined && view.aggregation.type !== aggregationTypes.default;
  return {
    ...plan,
    name: view.name ?? plan.name,
    description: view.description ?? plan.description,
    processors: [...plan.processors, ...(view.attributesProcessors ?? [])],
    aggregation: hasAggregation ? view.aggregation : plan.aggregation,
    cardinalityLimit: view.aggregationCardinalityLimit ?? plan.cardinalityLimit,
  };
}

/** Combines processors into one function; `undefined` without processors. */
export function processAll(
  processors: readonly IAttributesProcessor[],
): ((attributes: Attributes) => Attributes) | undefined {
  if (processors.length === 0) return undefined;
  return (attributes) => processors.reduce((processed, processor) => processor.process(processed), attributes);
}

function selects(view: ViewOptions, instrument: InstrumentDescription, scope: Scope): boolean {
  return (
    (view.instrumentName === undefined || wildcardExpression(view.instrumentName, 'i').test(instrument.name)) &&
    (view.instrumentType === undefined || view.instrumentType === instrumentTypes[instrument.kind]) &&
    (view.instrumentUnit === undefined || view.instrumentUnit === instrument.unit) &&
    (view.meterName === undefined || view.meterName === scope.name) &&
    (view.meterVersion === undefined || view.meterVersion === (scope.version ?? '')) &&
    (view.meterSchemaUrl === undefined || view.meterSchemaUrl === scope.schemaUrl)
  );
}
