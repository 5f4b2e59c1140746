/** Messages around points: their parts that do not depend on the points. */
import type { Resource } from '../../model/otel-data.js';
import type { MetricStream, Scope, Temporality } from '../../model/points.js';
import type { ProtobufWriter } from '../protobuf-writer.js';
import {
  dataField,
  metricField,
  resourceField,
  resourceMetricsField,
  scopeField,
  scopeMetricsField,
  temporalities,
} from './fields.js';
import { writeAttributes } from './key-values.js';

/** Start and end of a message whose middle consists of other messages. */
export interface Envelope {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** Encodes `ResourceMetrics` without its scopes. */
export function resourceEnvelope(writer: ProtobufWriter, { attributes, schemaUrl }: Resource): Envelope {
  const begin = writer.open(resourceMetricsField.resource);
  writeAttributes(writer, resourceField.attribute, attributes);
  writer.int(resourceField.droppedAttributes, 0);
  writer.close(begin);
  return { head: writer.take(), tail: optionalText(writer, resourceMetricsField.schemaUrl, schemaUrl) };
}

/** Encodes `ScopeMetrics` without its metrics. */
export function scopeEnvelope(writer: ProtobufWriter, { name, version, schemaUrl }: Scope): Envelope {
  const begin = writer.open(scopeMetricsField.scope);
  writer.text(scopeField.name, name);
  if (version) writer.text(scopeField.version, version);
  writer.close(begin);
  return { head: writer.take(), tail: optionalText(writer, scopeMetricsField.schemaUrl, schemaUrl) };
}

/** Encodes `Metric` up to the message with its points. */
export function metricHead(writer: ProtobufWriter, { name, description, unit }: MetricStream): Uint8Array {
  writer.text(metricField.name, name);
  if (description) writer.text(metricField.description, description);
  if (unit) writer.text(metricField.unit, unit);
  return writer.take();
}

/** Returns the field of `Metric` that holds the points. */
export function pointsFieldOf({ points, sum }: MetricStream): number {
  if (points !== 'number') return metricField[points];
  return sum ? metricField.sum : metricField.gauge;
}

/** Encodes the fields that follow the points in their message. */
export function pointsTail(writer: ProtobufWriter, stream: MetricStream, temporality: Temporality): Uint8Array {
  const number = stream.points === 'number';
  if (!number || stream.sum) writer.uint(dataField.temporality, temporalities[temporality]);
  if (number && stream.sum && stream.monotonic) writer.int(dataField.monotonic, 1);
  return writer.take();
}

function optionalText(writer: ProtobufWriter, field: number, text: string | undefined): Uint8Array {
  if (text) writer.text(field, text);
  return writer.take();
}
