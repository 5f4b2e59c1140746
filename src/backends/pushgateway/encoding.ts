/** Encodes a collection as the body of one push. */

import type { DeliveryAccount } from '../../delivery/account.js';
import type { BackendContext } from '../../delivery/contract.js';
import { fit } from '../../errors/fit.js';
import { prometheusText } from '../../formats/prometheus/dialects.js';
import { bodyOf, type ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import { type ExpositionNames, namesOf } from '../../formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../formats/prometheus/protobuf.js';
import { TextExposition } from '../../formats/prometheus/text.js';
import type { Collected } from '../../model/collected.js';
import type { PointVisitor } from '../../model/points.js';
import type { EncodedCollection } from '../../model/request.js';
import type { Group } from './group.js';
import type { PushgatewayOptions } from './options.js';

/** Encoder of one group. */
export interface PushEncoder {
  readonly contentType: string;
  /** Encodes a collection as one request; as no request without points. Sets the job of the group from the resource. */
  encode(collected: Collected): Promise<EncodedCollection>;
  /** Encodes what `walk` visits, without waiting. Returns `undefined` without points. */
  encodeNow(walk: (visitor: PointVisitor) => void): Uint8Array | undefined;
}

/** Names that the Pushgateway writes itself for each group. It discards pushed metrics with these names. */
const reservedNames = new Set(['push_time_seconds', 'push_failure_time_seconds']);

/** Creates the encoder of one group. */
export function pushEncoder(
  options: PushgatewayOptions,
  group: Group,
  account: Pick<DeliveryAccount, 'merged'>,
  warn: BackendContext['warn'],
): PushEncoder {
  const exposition = expositionOf(options, (message) => warn(`pushgateway: ${message}`));
  /** Returns the visited points as a body. An empty PUT would delete the metrics of an earlier push. */
  const encoded = () => {
    group.learn(exposition.resource);
    account.merged(exposition.merged);
    return exposition.points === 0 ? undefined : Buffer.concat(bodyOf(exposition).all);
  };
  return {
    contentType: contentTypeOf(options),
    async encode(collected) {
      // Resource attributes may become labels, and the job of the group.
      await collected.resource.waitForAsyncAttributes?.();
      await collected.walk(exposition);
      const body = encoded();
      return { requests: body === undefined ? [] : [{ body, points: exposition.points }], oversized: 0 };
    },
    encodeNow(walk) {
      walk(exposition);
      return encoded();
    },
  };
}

function expositionOf(options: PushgatewayOptions, warn: BackendContext['warn']): ExpositionEncoder {
  const { format, translationStrategy, groupingKey, withoutScopeLabels, withoutTargetInfo, resourceLabels } = options;
  const escaping = allowsUtf8Names(options) ? 'allow-utf-8' : 'underscores';
  const expositionOptions = {
    names: namesInGroup(namesOf(translationStrategy, escaping), ['job', ...Object.keys(groupingKey)], warn),
    scopeLabels: !withoutScopeLabels,
    targetInfo: !withoutTargetInfo,
    resourceLabels,
    createdSamples: false,
    warn,
  };
  return format === 'protobuf'
    ? new ProtobufExposition(expositionOptions)
    : new TextExposition(prometheusText, expositionOptions);
}

/**
 * Returns names that do not collide with the labels of a group: a colliding label gets the prefix `exported_`. Otherwise
 * the Pushgateway would overwrite its value, and refuse the push if two series became equal.
 */
function namesInGroup(
  names: ExpositionNames,
  labels: readonly string[],
  warn: BackendContext['warn'],
): ExpositionNames {
  const groupLabels = new Set(labels);
  return {
    metric(stream) {
      const metric = names.metric(stream);
      if (reservedNames.has(metric.sample)) {
        warn(
          fit`metric "${stream.name}" is discarded: the Pushgateway writes ${metric.sample} itself; rename the metric`,
        );
      }
      return metric;
    },
    label(key) {
      let name = names.label(key);
      while (groupLabels.has(name)) name = `exported_${name}`;
      return name;
    },
  };
}

function contentTypeOf(options: PushgatewayOptions): string {
  if (options.format === 'protobuf') {
    return 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
  }
  return allowsUtf8Names(options)
    ? 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8'
    : 'text/plain; version=0.0.4; charset=utf-8';
}

/** True if names may contain characters that Prometheus before version 3 does not support. */
function allowsUtf8Names({ translationStrategy }: PushgatewayOptions): boolean {
  return translationStrategy === 'NoUTF8EscapingWithSuffixes' || translationStrategy === 'NoTranslation';
}
