/** `meter_provider.views` of a configuration file, as the views that code would give. */
import type { AggregationOption, IAttributesProcessor, InstrumentType, ViewOptions } from '@opentelemetry/sdk-metrics';
import { aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import { readWordLists, type WordLists, wordFilter } from './parts.js';
import type { Place } from './place.js';

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

/** A view and where it stands, so that what the engine finds wrong with it can be told with its place. */
export interface FileView {
  readonly view: ViewOptions;
  readonly place: Place;
}

/** Reads the section. */
export function readViews(views: Place): readonly FileView[] {
  return views.items('a list of views').flatMap((place) => {
    if (!place.isSet) place.wrong('a view with selector and stream');
    if (!place.isSet || !place.hasOnly(['selector', 'stream'])) return [];
    const [selector, stream] = [place.at('selector'), place.at('stream')];
    for (const part of [selector, stream]) if (!part.isSet) part.wrong('a mapping');
    return [{ place, view: { ...readSelector(selector), ...readStream(stream) } as ViewOptions }];
  });
}

/** A selector of nothing selects every instrument. */
function readSelector(place: Place): ViewOptions {
  place.hasOnly(['instrument_name', 'instrument_type', 'unit', 'meter_name', 'meter_version', 'meter_schema_url']);
  const selector = withoutNothing({
    instrumentName: place.at('instrument_name').text(),
    instrumentType: place.at('instrument_type').word(instrumentTypesInFile),
    instrumentUnit: place.at('unit').text(),
    meterName: place.at('meter_name').text(),
    meterVersion: place.at('meter_version').text(),
    meterSchemaUrl: place.at('meter_schema_url').text(),
  });
  return Object.keys(selector).length === 0 ? { instrumentName: '*' } : selector;
}

function readStream(place: Place): ViewOptions {
  place.hasOnly(['name', 'description', 'aggregation', 'aggregation_cardinality_limit', 'attribute_keys']);
  const keys = readWordLists(place.at('attribute_keys'));
  return withoutNothing({
    name: place.at('name').text(),
    description: place.at('description').text(),
    aggregation: readAggregation(place.at('aggregation')),
    aggregationCardinalityLimit: place.at('aggregation_cardinality_limit').integer(1, 10_000_000, 'series'),
    attributesProcessors: keys.included === undefined && keys.excluded === undefined ? undefined : [keysFilter(keys)],
  });
}

const aggregations: Readonly<Record<string, (place: Place) => AggregationOption>> = {
  default: empty({ type: aggregationTypes.default }),
  drop: empty({ type: aggregationTypes.drop }),
  sum: empty({ type: aggregationTypes.sum }),
  last_value: empty({ type: aggregationTypes.lastValue }),
  explicit_bucket_histogram: readExplicitBuckets,
  base2_exponential_bucket_histogram: readExponential,
};

function readAggregation(place: Place): AggregationOption | undefined {
  if (!place.isPresent) return undefined;
  const expected = Object.keys(aggregations).join(', ');
  const chosen = place.choice(expected);
  if (chosen === undefined) return undefined;
  const read = Object.hasOwn(aggregations, chosen.key) ? aggregations[chosen.key] : undefined;
  return read === undefined ? chosen.place.wrong(`one of ${expected}`) : read(chosen.place);
}

function empty(aggregation: AggregationOption): (place: Place) => AggregationOption {
  return (place) => {
    if (place.isSet && place.keys().length > 0) place.wrong('nothing below it');
    return aggregation;
  };
}

/** The specification's boundaries, which a view may leave out while it says something else. */
const usualBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

function readExplicitBuckets(place: Place): AggregationOption {
  place.hasOnly(['boundaries', 'record_min_max']);
  const type = aggregationTypes.explicitBucketHistogram;
  const recordMinMax = place.at('record_min_max').flag() ?? true;
  const boundaries = place.at('boundaries');
  if (!boundaries.isSet) return { type, options: { boundaries: [...usualBoundaries], recordMinMax } };
  const values = boundaries.items('a list of numbers').map(({ value }) => value as number);
  const rising = values.every((value, index) => index === 0 || value > (values[index - 1] as number));
  if (!values.every(Number.isFinite) || !rising) boundaries.wrong('numbers, each greater than the one before');
  return { type, options: { boundaries: values, recordMinMax } };
}

function readExponential(place: Place): AggregationOption {
  place.hasOnly(['max_scale', 'max_size', 'record_min_max']);
  const maxScale = place.at('max_scale').integer(-10, 20, 'a scale');
  if (maxScale !== undefined && maxScale !== 20) {
    place.at('max_scale').ignored('the scale is the finest that max_size has room for');
  }
  const maxSize = place.at('max_size').integer(2, 10_000, 'buckets');
  const recordMinMax = place.at('record_min_max').flag() ?? true;
  return {
    type: aggregationTypes.exponentialHistogram,
    options: { recordMinMax, ...(maxSize === undefined ? {} : { maxSize }) },
  };
}

function keysFilter(lists: WordLists): IAttributesProcessor {
  const keeps = wordFilter(lists);
  return {
    process: (attributes) => Object.fromEntries(Object.entries(attributes).filter(([key]) => keeps(key))),
  };
}

function withoutNothing(fields: Readonly<Record<string, unknown>>): ViewOptions {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ViewOptions;
}
