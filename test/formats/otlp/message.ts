/**
 * Decodes OTLP requests by their schema (opentelemetry-proto, collector/metrics/v1), independently of the encoder.
 * Rejects everything that the schema does not allow.
 */

import { WireReader } from '../../support/protobuf-wire.js';

/** A decoded message with the names of the schema. 64-bit numbers are `bigint`, bytes are hexadecimal text. */
export type Message = { readonly [name: string]: unknown };

type Field = readonly [name: string, kind: string, repeated?: 'repeated'];

const dataPoints = (kind: string, more: Readonly<Record<number, Field>> = {}) => ({
  1: ['data_points', kind, 'repeated'] as Field,
  ...more,
});
const temporality: Readonly<Record<number, Field>> = { 2: ['aggregation_temporality', 'int'] };

const schema: Readonly<Record<string, Readonly<Record<number, Field>>>> = {
  ExportMetricsServiceRequest: { 1: ['resource_metrics', 'ResourceMetrics', 'repeated'] },
  ResourceMetrics: {
    1: ['resource', 'Resource'],
    2: ['scope_metrics', 'ScopeMetrics', 'repeated'],
    3: ['schema_url', 'string'],
  },
  Resource: { 1: ['attributes', 'KeyValue', 'repeated'], 2: ['dropped_attributes_count', 'int'] },
  ScopeMetrics: { 1: ['scope', 'Scope'], 2: ['metrics', 'Metric', 'repeated'], 3: ['schema_url', 'string'] },
  Scope: { 1: ['name', 'string'], 2: ['version', 'string'] },
  Metric: {
    1: ['name', 'string'],
    2: ['description', 'string'],
    3: ['unit', 'string'],
    5: ['gauge', 'Gauge'],
    7: ['sum', 'Sum'],
    9: ['histogram', 'Histogram'],
    10: ['exponential_histogram', 'ExponentialHistogram'],
  },
  Gauge: dataPoints('NumberDataPoint'),
  Sum: dataPoints('NumberDataPoint', { ...temporality, 3: ['is_monotonic', 'int'] }),
  Histogram: dataPoints('HistogramDataPoint', temporality),
  ExponentialHistogram: dataPoints('ExponentialHistogramDataPoint', temporality),
  NumberDataPoint: {
    2: ['start_time_unix_nano', 'fixed64'],
    3: ['time_unix_nano', 'fixed64'],
    4: ['as_double', 'double'],
    5: ['exemplars', 'Exemplar', 'repeated'],
    6: ['as_int', 'sfixed64'],
    7: ['attributes', 'KeyValue', 'repeated'],
  },
  HistogramDataPoint: {
    2: ['start_time_unix_nano', 'fixed64'],
    3: ['time_unix_nano', 'fixed64'],
    4: ['count', 'fixed64'],
    5: ['sum', 'double'],
    6: ['bucket_counts', 'fixed64', 'repeated'],
    7: ['explicit_bounds', 'double', 'repeated'],
    8: ['exemplars', 'Exemplar', 'repeated'],
    9: ['attributes', 'KeyValue', 'repeated'],
    11: ['min', 'double'],
    12: ['max', 'double'],
  },
  ExponentialHistogramDataPoint: {
    1: ['attributes', 'KeyValue', 'repeated'],
    2: ['start_time_unix_nano', 'fixed64'],
    3: ['time_unix_nano', 'fixed64'],
    4: ['count', 'fixed64'],
    5: ['sum', 'double'],
    6: ['scale', 'sint'],
    7: ['zero_count', 'fixed64'],
    8: ['positive', 'Buckets'],
    9: ['negative', 'Buckets'],
    11: ['exemplars', 'Exemplar', 'repeated'],
    12: ['min', 'double'],
    13: ['max', 'double'],
  },
  Buckets: { 1: ['offset', 'sint'], 2: ['bucket_counts', 'int', 'repeated'] },
  Exemplar: {
    2: ['time_unix_nano', 'fixed64'],
    3: ['as_double', 'double'],
    4: ['span_id', 'bytes'],
    5: ['trace_id', 'bytes'],
    6: ['as_int', 'sfixed64'],
    7: ['filtered_attributes', 'KeyValue', 'repeated'],
  },
  KeyValue: { 1: ['key', 'string'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['string_value', 'string'],
    2: ['bool_value', 'int'],
    3: ['int_value', 'int'],
    4: ['double_value', 'double'],
    5: ['array_value', 'ArrayValue'],
    6: ['kvlist_value', 'KeyValueList'],
    7: ['bytes_value', 'bytes'],
  },
  ArrayValue: { 1: ['values', 'AnyValue', 'repeated'] },
  KeyValueList: { 1: ['values', 'KeyValue', 'repeated'] },
};

const wireTypes: Readonly<Record<string, number>> = { int: 0, sint: 0, double: 1, fixed64: 1, sfixed64: 1 };

/** Decodes one request. */
export function decodeRequest(bytes: Uint8Array): Message {
  return decode('ExportMetricsServiceRequest', bytes);
}

/** Returns the points of a request in its order. */
export function pointsOfRequest(bytes: Uint8Array): Message[] {
  const each = (message: unknown, name: string) => ((message as Message)[name] ?? []) as Message[];
  return each(decodeRequest(bytes), 'resource_metrics')
    .flatMap((resource) => each(resource, 'scope_metrics'))
    .flatMap((scope) => each(scope, 'metrics'))
    .flatMap(({ gauge, sum, histogram, exponential_histogram }) =>
      each(gauge ?? sum ?? histogram ?? exponential_histogram, 'data_points'),
    );
}

function decode(message: string, bytes: Uint8Array): Message {
  const result: Record<string, unknown> = {};
  const reader = new WireReader(bytes);
  while (!reader.atEnd) {
    const tag = Number(reader.varint());
    const field = schema[message]?.[tag >> 3];
    if (field === undefined) throw new Error(`${message} has no field ${tag >> 3}`);
    const [name, kind, repeated] = field;
    const values = valuesOf(kind, tag & 7, reader, repeated !== undefined, `${message}.${name}`);
    if (repeated) result[name] = [...((result[name] as unknown[]) ?? []), ...values];
    else if (name in result) throw new Error(`${message}.${name} is there twice`);
    else result[name] = values[0];
  }
  return result;
}

function valuesOf(kind: string, wireType: number, reader: WireReader, repeated: boolean, where: string): unknown[] {
  const expected = wireTypes[kind] ?? 2;
  if (repeated && expected !== 2) {
    if (wireType !== 2) throw new Error(`${where} is not packed`);
    const packed = new WireReader(reader.delimited());
    const values: unknown[] = [];
    while (!packed.atEnd) values.push(read(kind, packed));
    return values;
  }
  if (wireType !== expected) throw new Error(`${where} has the wire type ${wireType}`);
  return [read(kind, reader)];
}

function read(kind: string, reader: WireReader): unknown {
  switch (kind) {
    case 'double':
      return reader.take(8).readDoubleLE();
    case 'fixed64':
      return reader.take(8).readBigUInt64LE();
    case 'sfixed64':
      return reader.take(8).readBigInt64LE();
    case 'int':
      return BigInt.asIntN(64, reader.varint());
    case 'sint': {
      const value = reader.varint();
      return (value >> 1n) ^ -(value & 1n);
    }
    case 'bytes':
      return reader.delimited().toString('hex');
    case 'string':
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reader.delimited());
    default:
      return decode(kind, reader.delimited());
  }
}
