/**
 * Decodes the protobuf format by its schema (prometheus/client_model, io/prometheus/client/metrics.proto), independently
 * of the encoder. Rejects everything that the schema does not allow.
 */

import { WireReader } from '../../support/protobuf-wire.js';

export interface LabelPair {
  readonly name: string;
  readonly value: string;
}

export interface Timestamp {
  readonly seconds?: number;
  readonly nanos?: number;
}

export interface ExemplarMessage {
  readonly label: readonly LabelPair[];
  readonly value?: number;
  readonly timestamp?: Timestamp;
}

export interface BucketMessage {
  readonly cumulative_count?: number;
  readonly upper_bound?: number;
  readonly exemplar?: ExemplarMessage;
}

export interface BucketSpan {
  readonly offset?: number;
  readonly length?: number;
}

export interface HistogramMessage {
  readonly sample_count?: number;
  readonly sample_sum?: number;
  readonly bucket: readonly BucketMessage[];
  readonly created_timestamp?: Timestamp;
  readonly schema?: number;
  readonly zero_threshold?: number;
  readonly zero_count?: number;
  readonly negative_span: readonly BucketSpan[];
  readonly negative_delta: readonly number[];
  readonly positive_span: readonly BucketSpan[];
  readonly positive_delta: readonly number[];
  readonly exemplars: readonly ExemplarMessage[];
}

export interface MetricMessage {
  readonly label: readonly LabelPair[];
  readonly gauge?: { readonly value?: number };
  readonly counter?: {
    readonly value?: number;
    readonly exemplar?: ExemplarMessage;
    readonly created_timestamp?: Timestamp;
  };
  readonly histogram?: HistogramMessage;
}

export interface MetricFamily {
  readonly name?: string;
  readonly help?: string;
  readonly type?: number;
  readonly unit?: string;
  readonly metric: readonly MetricMessage[];
}

export const metricTypes = { COUNTER: 0, GAUGE: 1, HISTOGRAM: 4 } as const;

type Kind = 'string' | 'double' | 'uint' | 'int' | 'sint' | keyof typeof schema;
type Field = readonly [name: string, kind: Kind, repeated?: 'repeated'];

const schema: Readonly<Record<string, Readonly<Record<number, Field>>>> = {
  MetricFamily: {
    1: ['name', 'string'],
    2: ['help', 'string'],
    3: ['type', 'int'],
    4: ['metric', 'Metric', 'repeated'],
    5: ['unit', 'string'],
  },
  Metric: {
    1: ['label', 'LabelPair', 'repeated'],
    2: ['gauge', 'Gauge'],
    3: ['counter', 'Counter'],
    6: ['timestamp_ms', 'int'],
    7: ['histogram', 'Histogram'],
  },
  LabelPair: { 1: ['name', 'string'], 2: ['value', 'string'] },
  Gauge: { 1: ['value', 'double'] },
  Counter: { 1: ['value', 'double'], 2: ['exemplar', 'Exemplar'], 3: ['created_timestamp', 'Timestamp'] },
  Histogram: {
    1: ['sample_count', 'uint'],
    2: ['sample_sum', 'double'],
    3: ['bucket', 'Bucket', 'repeated'],
    4: ['sample_count_float', 'double'],
    5: ['schema', 'sint'],
    6: ['zero_threshold', 'double'],
    7: ['zero_count', 'uint'],
    8: ['zero_count_float', 'double'],
    9: ['negative_span', 'BucketSpan', 'repeated'],
    10: ['negative_delta', 'sint', 'repeated'],
    11: ['negative_count', 'double', 'repeated'],
    12: ['positive_span', 'BucketSpan', 'repeated'],
    13: ['positive_delta', 'sint', 'repeated'],
    14: ['positive_count', 'double', 'repeated'],
    15: ['created_timestamp', 'Timestamp'],
    16: ['exemplars', 'Exemplar', 'repeated'],
  },
  Bucket: {
    1: ['cumulative_count', 'uint'],
    2: ['upper_bound', 'double'],
    3: ['exemplar', 'Exemplar'],
    4: ['cumulative_count_float', 'double'],
  },
  BucketSpan: { 1: ['offset', 'sint'], 2: ['length', 'uint'] },
  Exemplar: { 1: ['label', 'LabelPair', 'repeated'], 2: ['value', 'double'], 3: ['timestamp', 'Timestamp'] },
  Timestamp: { 1: ['seconds', 'int'], 2: ['nanos', 'int'] },
};

/** Decodes the length-delimited families of a response. */
export function decodeFamilies(bytes: Uint8Array): MetricFamily[] {
  const reader = new WireReader(bytes);
  const families: MetricFamily[] = [];
  while (!reader.atEnd) {
    families.push(decode('MetricFamily', reader.delimited()) as unknown as MetricFamily);
  }
  return families;
}

function decode(message: string, bytes: Uint8Array): Record<string, unknown> {
  const fields = schema[message] as Readonly<Record<number, Field>>;
  const result: Record<string, unknown> = {};
  for (const [name, , repeated] of Object.values(fields)) if (repeated) result[name] = [];
  const reader = new WireReader(bytes);
  while (!reader.atEnd) {
    const tag = Number(reader.varint());
    const field = fields[tag >> 3];
    if (field === undefined) throw new Error(`${message} has no field ${tag >> 3}`);
    const [name, kind, repeated] = field;
    const values = valuesOf(kind, tag & 7, reader, repeated !== undefined, `${message}.${name}`);
    if (repeated) (result[name] as unknown[]).push(...values);
    else if (name in result) throw new Error(`${message}.${name} is there twice`);
    else result[name] = values[0];
  }
  return result;
}

const wireTypes: Readonly<Record<string, number>> = { double: 1, uint: 0, int: 0, sint: 0 };

function valuesOf(kind: Kind, wireType: number, reader: WireReader, repeated: boolean, where: string): unknown[] {
  const expected = wireTypes[kind] ?? 2;
  if (wireType === expected) return [read(kind, reader)];
  // Repeated numbers may be packed into one field.
  if (!repeated || expected === 2 || wireType !== 2) throw new Error(`${where} has the wire type ${wireType}`);
  const packed = new WireReader(reader.delimited());
  const values: unknown[] = [];
  while (!packed.atEnd) values.push(read(kind, packed));
  return values;
}

function read(kind: Kind, reader: WireReader): unknown {
  switch (kind) {
    case 'double':
      return reader.take(8).readDoubleLE();
    case 'uint':
      return safe(reader.varint());
    case 'int':
      return safe(BigInt.asIntN(64, reader.varint()));
    case 'sint': {
      const value = reader.varint();
      return safe((value >> 1n) ^ -(value & 1n));
    }
    case 'string':
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reader.delimited());
    default:
      return decode(kind, reader.delimited());
  }
}

function safe(value: bigint): number {
  if (BigInt(Number(value)) !== value) throw new Error(`${value} is no number that was recorded`);
  return Number(value);
}
