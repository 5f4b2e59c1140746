/**
 * OTLP requests decoded by protobufjs from the message definitions of opentelemetry-proto 1.9 (collector/metrics/v1,
 * metrics/v1, resource/v1, common/v1), in both encodings.
 */
import protobuf, { type Type } from 'protobufjs';

const definitions = `
syntax = "proto3";

message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics {
  Resource resource = 1;
  repeated ScopeMetrics scope_metrics = 2;
  string schema_url = 3;
}
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeMetrics {
  InstrumentationScope scope = 1;
  repeated Metric metrics = 2;
  string schema_url = 3;
}
message InstrumentationScope {
  string name = 1;
  string version = 2;
  repeated KeyValue attributes = 3;
  uint32 dropped_attributes_count = 4;
}
message Metric {
  string name = 1;
  string description = 2;
  string unit = 3;
  oneof data {
    Gauge gauge = 5;
    Sum sum = 7;
    Histogram histogram = 9;
    ExponentialHistogram exponential_histogram = 10;
  }
  repeated KeyValue metadata = 12;
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum {
  repeated NumberDataPoint data_points = 1;
  AggregationTemporality aggregation_temporality = 2;
  bool is_monotonic = 3;
}
message Histogram {
  repeated HistogramDataPoint data_points = 1;
  AggregationTemporality aggregation_temporality = 2;
}
message ExponentialHistogram {
  repeated ExponentialHistogramDataPoint data_points = 1;
  AggregationTemporality aggregation_temporality = 2;
}
enum AggregationTemporality {
  AGGREGATION_TEMPORALITY_UNSPECIFIED = 0;
  AGGREGATION_TEMPORALITY_DELTA = 1;
  AGGREGATION_TEMPORALITY_CUMULATIVE = 2;
}
message NumberDataPoint {
  repeated KeyValue attributes = 7;
  fixed64 start_time_unix_nano = 2;
  fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
  repeated Exemplar exemplars = 5;
  uint32 flags = 8;
}
message HistogramDataPoint {
  repeated KeyValue attributes = 9;
  fixed64 start_time_unix_nano = 2;
  fixed64 time_unix_nano = 3;
  fixed64 count = 4;
  optional double sum = 5;
  repeated fixed64 bucket_counts = 6;
  repeated double explicit_bounds = 7;
  repeated Exemplar exemplars = 8;
  uint32 flags = 10;
  optional double min = 11;
  optional double max = 12;
}
message ExponentialHistogramDataPoint {
  repeated KeyValue attributes = 1;
  fixed64 start_time_unix_nano = 2;
  fixed64 time_unix_nano = 3;
  fixed64 count = 4;
  optional double sum = 5;
  sint32 scale = 6;
  fixed64 zero_count = 7;
  Buckets positive = 8;
  Buckets negative = 9;
  uint32 flags = 10;
  repeated Exemplar exemplars = 11;
  optional double min = 12;
  optional double max = 13;
  double zero_threshold = 14;
}
message Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2; }
message Exemplar {
  repeated KeyValue filtered_attributes = 7;
  fixed64 time_unix_nano = 2;
  oneof value { double as_double = 3; sfixed64 as_int = 6; }
  bytes span_id = 4;
  bytes trace_id = 5;
}
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value {
    string string_value = 1;
    bool bool_value = 2;
    int64 int_value = 3;
    double double_value = 4;
    ArrayValue array_value = 5;
    KeyValueList kvlist_value = 6;
    bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
`;

const requestType = protobuf.parse(definitions).root.lookupType('ExportMetricsServiceRequest').resolve() as Type;

/** Plain form of a decoded message: 64-bit numbers as text, bytes as base64, absent fields as their defaults. */
type Plain = Readonly<Record<string, unknown>>;

/** Decodes a request in protobuf. */
export function decodeProtobufRequest(body: Uint8Array): Plain {
  return plain(requestType.decode(body));
}

/** Decodes a request in JSON. Rejects whatever OTLP's JSON encoding does not allow. */
export function decodeJsonRequest(body: Uint8Array): Plain {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  return plain(requestType.fromObject(checked(requestType, JSON.parse(text), 'request')));
}

function plain(message: protobuf.Message): Plain {
  const asText = { longs: String, bytes: String, enums: String } as const;
  return requestType.toObject(message, { ...asText, arrays: true, objects: true, defaults: false, oneofs: true });
}

/** protobufjs accepts and converts more than the encoding allows; identifiers are hexadecimal in OTLP alone. */
function checked(type: Type, message: unknown, path: string): Record<string, unknown> {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new Error(`${path}: no message`);
  const entries = Object.entries(message).map(([name, value]) => {
    const field = type.fields[name];
    if (field === undefined) throw new Error(`${path}: ${type.name} has no field ${name}`);
    const where = `${path}.${name}`;
    const read = (item: unknown) => checkedValue(field.resolve(), item, where);
    if (!field.repeated) return [name, read(value)];
    if (!Array.isArray(value)) throw new Error(`${where}: no list`);
    return [name, value.map(read)];
  });
  return Object.fromEntries(entries);
}

function checkedValue({ type, name, resolvedType }: protobuf.Field, value: unknown, path: string): unknown {
  if (resolvedType instanceof protobuf.Type) return checked(resolvedType, value, path);
  const valid = resolvedType instanceof protobuf.Enum ? isIn(resolvedType, value) : (checks[type] as Check)(value);
  if (!valid) throw new Error(`${path}: ${JSON.stringify(value)} is not a valid ${type}`);
  if (name !== 'traceId' && name !== 'spanId') return value;
  const bytes = Buffer.from(value as string, 'hex');
  if (bytes.length !== (name === 'traceId' ? 16 : 8)) throw new Error(`${path}: ${value} has another length`);
  return bytes.toString('base64');
}

type Check = (value: unknown) => boolean;

function isIn({ valuesById }: protobuf.Enum, value: unknown): boolean {
  return typeof value === 'number' && value in valuesById;
}

const inRange = (low: bigint, high: bigint) => (value: unknown) =>
  typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value) && BigInt(value) >= low && BigInt(value) <= high;
const inWords = (low: number, high: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
const signed = inRange(-(2n ** 63n), 2n ** 63n - 1n);
const unsignedText = inRange(0n, 2n ** 64n - 1n);
/** Receivers accept a count as a text or as a number that JSON keeps exactly. */
const unsigned = (value: unknown) => unsignedText(value) || (Number.isSafeInteger(value) && (value as number) >= 0);

const checks: Readonly<Record<string, Check>> = {
  // A lone surrogate is a letter of its own in UTF-16 only.
  string: (value) => typeof value === 'string' && !/\p{Cs}/u.test(value),
  bool: (value) => typeof value === 'boolean',
  double: (value) => typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string),
  bytes: (value) => typeof value === 'string' && /^[\w+/]*={0,2}$/.test(value),
  int64: signed,
  sfixed64: signed,
  uint64: unsigned,
  fixed64: unsigned,
  uint32: inWords(0, 2 ** 32 - 1),
  sint32: inWords(-(2 ** 31), 2 ** 31 - 1),
};
