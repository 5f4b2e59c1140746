/** Reads `meter_provider.views` of a configuration file as OpenTelemetry view options. */
import { aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import type { AggregationOption, IAttributesProcessor, InstrumentType, ViewOptions } from '../../model/otel-sdk.js';
import type { ConfigNode } from './config-node.js';
import { type IncludeExclude, keyFilter, readIncludeExclude } from './include-exclude.js';

/** Instrument types by their names in a file. */
export const instrumentTypesInFile: Readonly<Record<string, InstrumentType>> = {
  counter: instrumentTypes.counter,
  gauge: instrumentTypes.gauge,
  histogram: instrumentTypes.histogram,
  observable_counter: instrumentTypes.observableCounter,
  observable_gauge: instrumentTypes.observableGauge,
  observable_up_down_counter: instrumentTypes.observableUpDownCounter,
  up_down_counter: instrumentTypes.upDownCounter,
};

/** A view with its node, so that later checks can report the location in the file. */
export interface FileView {
  readonly view: ViewOptions;
  readonly node: ConfigNode;
}

/** Reads the section. */
export function readViews(views: ConfigNode): readonly FileView[] {
  return views.items('a list of views').flatMap((node) => {
    if (!node.isSet) node.invalid('a view with selector and stream');
    if (!node.isSet || !node.hasOnly(['selector', 'stream'])) return [];
    const [selector, stream] = [node.at('selector'), node.at('stream')];
    for (const part of [selector, stream]) if (!part.isSet) part.invalid('a mapping');
    return [{ node, view: { ...readSelector(selector), ...readStream(stream) } as ViewOptions }];
  });
}

/** Reads a selector. An empty selector selects every instrument. */
function readSelector(node: ConfigNode): ViewOptions {
  node.hasOnly(['instrument_name', 'instrument_type', 'unit', 'meter_name', 'meter_version', 'meter_schema_url']);
  const selector = withoutUndefined({
    instrumentName: node.at('instrument_name').text(),
    instrumentType: node.at('instrument_type').keyword(instrumentTypesInFile),
    instrumentUnit: node.at('unit').text(),
    meterName: node.at('meter_name').text(),
    meterVersion: node.at('meter_version').text(),
    meterSchemaUrl: node.at('meter_schema_url').text(),
  });
  return Object.keys(selector).length === 0 ? { instrumentName: '*' } : selector;
}

function readStream(node: ConfigNode): ViewOptions {
  node.hasOnly(['name', 'description', 'aggregation', 'aggregation_cardinality_limit', 'attribute_keys']);
  const keys = readIncludeExclude(node.at('attribute_keys'));
  return withoutUndefined({
    name: node.at('name').text(),
    description: node.at('description').text(),
    aggregation: readAggregation(node.at('aggregation')),
    aggregationCardinalityLimit: node.at('aggregation_cardinality_limit').integer(1, 10_000_000, 'series'),
    attributesProcessors: keys.included === undefined && keys.excluded === undefined ? undefined : [processor(keys)],
  });
}

const aggregations: Readonly<Record<string, (node: ConfigNode) => AggregationOption>> = {
  default: withoutOptions({ type: aggregationTypes.default }),
  drop: withoutOptions({ type: aggregationTypes.drop }),
  sum: withoutOptions({ type: aggregationTypes.sum }),
  last_value: withoutOptions({ type: aggregationTypes.lastValue }),
  explicit_bucket_histogram: readExplicitBuckets,
  base2_exponential_bucket_histogram: readExponential,
};

function readAggregation(node: ConfigNode): AggregationOption | undefined {
  if (!node.isPresent) return undefined;
  const names = Object.keys(aggregations);
  const chosen = node.choice(names.join(', '));
  if (chosen === undefined) return undefined;
  const read = Object.hasOwn(aggregations, chosen.key) ? aggregations[chosen.key] : undefined;
  return read === undefined ? node.unknownKey(chosen.key, 'a known aggregation', names) : read(chosen.node);
}

function withoutOptions(aggregation: AggregationOption): (node: ConfigNode) => AggregationOption {
  return (node) => {
    if (node.isSet && node.keys().length > 0) node.invalid('no keys');
    return aggregation;
  };
}

/** Boundaries of the specification, for a view that sets other fields of the aggregation only. */
const defaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

function readExplicitBuckets(node: ConfigNode): AggregationOption {
  node.hasOnly(['boundaries', 'record_min_max']);
  const type = aggregationTypes.explicitBucketHistogram;
  const recordMinMax = node.at('record_min_max').flag() ?? true;
  const boundaries = node.at('boundaries');
  if (!boundaries.isSet) return { type, options: { boundaries: [...defaultBoundaries], recordMinMax } };
  const values = boundaries.items('a list of numbers').map(({ value }) => value as number);
  const rising = values.every((value, index) => index === 0 || value > (values[index - 1] ?? Number.NaN));
  if (!values.every(Number.isFinite) || !rising) boundaries.invalid('numbers in increasing order');
  return { type, options: { boundaries: values, recordMinMax } };
}

function readExponential(node: ConfigNode): AggregationOption {
  node.hasOnly(['max_scale', 'max_size', 'record_min_max']);
  const maxScale = node.at('max_scale').integer(-10, 20, 'a scale');
  if (maxScale !== undefined && maxScale !== 20) {
    node.at('max_scale').ignored('the scale is always the finest that fits into max_size');
  }
  const maxSize = node.at('max_size').integer(2, 10_000, 'buckets');
  const recordMinMax = node.at('record_min_max').flag() ?? true;
  return {
    type: aggregationTypes.exponentialHistogram,
    options: { recordMinMax, ...(maxSize === undefined ? {} : { maxSize }) },
  };
}

function processor(keys: IncludeExclude): IAttributesProcessor {
  const includes = keyFilter(keys);
  return {
    process: (attributes) => Object.fromEntries(Object.entries(attributes).filter(([key]) => includes(key))),
  };
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): ViewOptions {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ViewOptions;
}
