/** Differences between the text formats, and the escaping that they share. */
import type { Exemplar } from '../../model/points.js';
import { isLegacyLabelName, isLegacyMetricName } from '../../naming/escaping.js';
import { canonicalText, numberText, secondsText } from '../../naming/prometheus-numbers.js';
import { exemplarLabels } from './exemplar-labels.js';
import { type ExpositionNames, withoutNul } from './exposition-names.js';
import { type Label, labelValue } from './labels.js';

/** Rules of one text format. */
export interface TextDialect {
  /** True if counters, infos and the sums of negative values follow the rules of OpenMetrics 1.0. */
  readonly openMetrics: boolean;
  /** True for OpenMetrics 2.0: one line per series, with composite values and start times. */
  readonly composite: boolean;
  bound(value: number): string;
  number(value: number): string;
  seconds(unixMs: number): string;
  exemplar(exemplar: Exemplar, names: ExpositionNames): string;
  /** Renders the resource as a metric. */
  targetInfo(labels: readonly Label[]): string;
}

/** Prometheus text format 0.0.4. */
export const prometheusText: TextDialect = {
  openMetrics: false,
  composite: false,
  bound: numberText,
  number: numberText,
  seconds: secondsText,
  exemplar: () => '',
  targetInfo: (labels) =>
    `# HELP target_info Target metadata\n# TYPE target_info gauge\n${sampleText('target_info', labelText(labels))}1\n`,
};

/** OpenMetrics 1.0. */
export const openMetricsText: TextDialect = {
  openMetrics: true,
  composite: false,
  bound: canonicalText,
  number: numberText,
  seconds: secondsText,
  exemplar: (exemplar, names) => exemplarText(exemplar, names),
  targetInfo: (labels) =>
    `# HELP target Target metadata\n# TYPE target info\n${sampleText('target_info', labelText(labels))}1\n`,
};

/** OpenMetrics 2.0, release candidate 0. */
export const openMetrics2Text: TextDialect = {
  openMetrics: false,
  composite: true,
  bound: numberText,
  number: numberText,
  seconds: secondsText,
  exemplar: (exemplar, names) => exemplarText(exemplar, names, Number.POSITIVE_INFINITY),
  targetInfo: (labels) =>
    `# TYPE target_info info\n# HELP target_info Target metadata\n${sampleText('target_info', labelText(labels))}1\n`,
};

/** Limit of OpenMetrics 1.0 for the labels of an exemplar, names and values together, in characters. */
const longestExemplar = 128;

/** Renders ` # {labels} value time`, without the labels that exceed the limit. */
function exemplarText(exemplar: Exemplar, names: ExpositionNames, longest = longestExemplar): string {
  const labels: Label[] = [];
  let length = 0;
  for (const label of exemplarLabels(exemplar, names)) {
    const labelLength = [...label.name].length + [...label.value].length;
    if (length + labelLength > longest) continue;
    length += labelLength;
    labels.push(label);
  }
  return ` # {${labelText(labels)}} ${numberText(exemplar.value)} ${secondsText(exemplar.timeUnixMs)}`;
}

/** Renders labels as `name="value"`, separated by commas. */
export function labelText(labels: readonly Label[]): string {
  return labels.map(({ name, value }) => `${isLegacyLabelName(name) ? name : quoted(name)}=${quoted(value)}`).join(',');
}

/** Renders a sample up to its value. A UTF-8 name goes among the labels (Prometheus 3). */
export function sampleText(name: string, labels: string): string {
  if (isLegacyMetricName(name)) return labels === '' ? `${name} ` : `${name}{${labels}} `;
  return labels === '' ? `{${quoted(name)}} ` : `{${quoted(name)},${labels}} `;
}

/** Renders the name of a family for a comment. */
export function nameText(name: string): string {
  return isLegacyMetricName(name) ? name : quoted(name);
}

/** Renders a description on one line. */
export function helpText(help: string, quotes: boolean): string {
  const text = withoutNul(labelValue(help)).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quotes ? text.replaceAll('"', '\\"') : text;
}

function quoted(text: string): string {
  return `"${withoutNul(labelValue(text)).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}
