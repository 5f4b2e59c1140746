/** Creates the encoder of a format with the options of the endpoint. */
import { openMetrics2Text, openMetricsText, prometheusText } from '../../formats/prometheus/dialects.js';
import type { ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import { namesOf } from '../../formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../formats/prometheus/protobuf.js';
import { TextExposition } from '../../formats/prometheus/text.js';
import type { OptionValues } from '../../options/option.js';
import type { NegotiatedFormat } from './negotiation.js';
import type { prometheusOptions } from './options.js';

/** Creates an encoder. `warn` receives each conflict of names once, for operators. */
export function createExposition(
  { format, escaping }: Pick<NegotiatedFormat, 'format' | 'escaping'>,
  options: OptionValues<typeof prometheusOptions>,
  warn: (message: string) => void,
): ExpositionEncoder {
  const { translationStrategy, withoutScopeLabels, withoutTargetInfo, resourceLabels, createdSamples } = options;
  const expositionOptions = {
    names: namesOf(translationStrategy, escaping),
    scopeLabels: !withoutScopeLabels,
    targetInfo: !withoutTargetInfo,
    resourceLabels,
    createdSamples,
    warn: (message: string) => warn(`prometheus: ${message}`),
  };
  if (format === 'protobuf') return new ProtobufExposition(expositionOptions);
  return new TextExposition(dialects[format], expositionOptions);
}

const dialects = { text: prometheusText, openmetrics: openMetricsText, openmetrics2: openMetrics2Text };
