/** A collection as the body of one push. */
import type { BackendContext } from '../../delivery/contract.js';
import { prometheusText } from '../../formats/prometheus/dialects.js';
import { bodyOf, type ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import { type ExpositionNames, namesOf } from '../../formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../formats/prometheus/protobuf.js';
import { TextExposition } from '../../formats/prometheus/text.js';
import type { Collected } from '../../model/collected.js';
import type { EncodedCollection } from '../../model/request.js';
import type { Group } from './group.js';
import type { PushgatewayOptions } from './options.js';
import { PointCounter } from './point-counter.js';

/** Makes bodies, and says what they are. */
export interface PushEncoder {
  readonly contentType: string;
  /** One request, or none where there are no points. Tells the group what its job may be called. */
  encode(collected: Collected): Promise<EncodedCollection>;
}

/** The Pushgateway writes these itself, for each group, in place of what was pushed under their names. */
const ofPushgateway = new Set(['push_time_seconds', 'push_failure_time_seconds']);

/** An encoder for one group. */
export function pushEncoder(options: PushgatewayOptions, group: Group, warn: BackendContext['warn']): PushEncoder {
  const exposition = expositionOf(options, (message) => warn(`pushgateway: ${message}`));
  const counter = new PointCounter(exposition);
  return {
    contentType: contentTypeOf(options),
    async encode(collected) {
      // Its attributes may be labels, and the name of the job.
      await collected.resource.waitForAsyncAttributes?.();
      await collected.walk(counter);
      group.learn(exposition.resource);
      const { points } = counter;
      // An empty PUT would delete what an earlier one left.
      if (points === 0) return { requests: [], oversized: 0 };
      return { requests: [{ body: Buffer.concat(bodyOf(exposition).all), points }], oversized: 0 };
    },
  };
}

function expositionOf(options: PushgatewayOptions, warn: BackendContext['warn']): ExpositionEncoder {
  const { format, translationStrategy, groupingKey, withoutScopeLabels, withoutTargetInfo, resourceLabels } = options;
  const escaping = hasAnyNames(options) ? 'allow-utf-8' : 'underscores';
  const shown = {
    names: namesInGroup(namesOf(translationStrategy, escaping), ['job', ...Object.keys(groupingKey)], warn),
    scopeLabels: !withoutScopeLabels,
    targetInfo: !withoutTargetInfo,
    resourceLabels,
    createdSamples: false,
    warn,
  };
  return format === 'protobuf' ? new ProtobufExposition(shown) : new TextExposition(prometheusText, shown);
}

/**
 * ExpositionNames beside the labels of a group. The Pushgateway puts the group's value in place of any other, by which different
 * series become one and all of the push is refused: a label of that name is called `exported_...` instead.
 */
function namesInGroup(
  names: ExpositionNames,
  labels: readonly string[],
  warn: BackendContext['warn'],
): ExpositionNames {
  const taken = new Set(labels);
  return {
    metric(stream) {
      const named = names.metric(stream);
      if (ofPushgateway.has(named.sample)) {
        warn(`'${stream.name}' is not kept: the Pushgateway has its own ${named.sample}. Give it another name.`);
      }
      return named;
    },
    label(key) {
      let name = names.label(key);
      while (taken.has(name)) name = `exported_${name}`;
      return name;
    },
  };
}

function contentTypeOf(options: PushgatewayOptions): string {
  if (options.format === 'protobuf') {
    return 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
  }
  return hasAnyNames(options)
    ? 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8'
    : 'text/plain; version=0.0.4; charset=utf-8';
}

/** Whether names may have characters that Prometheus before 3 did not know. */
function hasAnyNames({ translationStrategy }: PushgatewayOptions): boolean {
  return translationStrategy === 'NoUTF8EscapingWithSuffixes' || translationStrategy === 'NoTranslation';
}
