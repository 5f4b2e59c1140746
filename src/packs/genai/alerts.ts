/** Rules of pack `genai`. */

import {
  above,
  alert,
  and,
  atLeast,
  type Duration,
  increase,
  quantile,
  type RuleGroup,
  rate,
  ratio,
  ruleGroup,
  slo,
} from '../../panels/index.js';
import { secondsText } from '../../panels/unit.js';
import { aboveUsual, usual } from '../kit/alerts-usual.js';
import { perHour } from '../kit/dashboard-queries.js';
import { groupName, namespaceOption, objectivePrefix } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import type { Conventions } from './conventions.js';
import { costedOperations, type GenaiMetrics, genaiMetrics } from './dashboard/metrics.js';

/** Thresholds of the rules. */
export interface GenaiRulesOptions {
  /** Prefix of every metric name, as of the pack. */
  readonly namespace?: string;
  /** The conventions that name the metrics, as of the pack; by default those that `OTEL_SEMCONV_STABILITY_OPT_IN` selects. */
  readonly conventions?: Conventions;
  /** Share of failed operations of a model above which an alert fires; 0.05 by default. */
  readonly errorRatio?: number;
  /** Operations, streams or executions in 15 minutes below which their shares are not judged; 20 by default. */
  readonly minOperations?: number;
  /** Objective on durations: share of operations within `latencySeconds`; 0.95 by default. */
  readonly latencyObjective?: number;
  /** One of the bucket boundaries of the durations, in seconds; 20.48 by default. */
  readonly latencySeconds?: number;
  /** 95th percentile of the time to the first chunk of a model, in seconds; 5 by default. */
  readonly firstChunkSeconds?: number;
  /** Share of streams whose consumer stopped reading without ending them; 0.01 by default. */
  readonly abandonedRatio?: number;
  /** Share of failed executions of a tool above which an alert fires; 0.2 by default. */
  readonly toolErrorRatio?: number;
  /** Share of operations whose cost is unknown; 0.05 by default. */
  readonly unknownCostRatio?: number;
  /** Standard deviations of the cost of a model above the mean of its past; 3 by default. */
  readonly costSigmas?: number;
  /** Share of the mean by which the cost is above it at least; 0.5 by default. */
  readonly costMargin?: number;
  /** Past that the cost is compared with; `7d` by default. */
  readonly costPast?: Duration;
  /** Values in the past, one a minute, that are enough to call a cost usual; 300 by default. */
  readonly costMinValues?: number;
}

const defaults: Required<Omit<GenaiRulesOptions, 'namespace' | 'conventions'>> = {
  errorRatio: 0.05,
  minOperations: 20,
  latencyObjective: 0.95,
  latencySeconds: 20.48,
  firstChunkSeconds: 5,
  abandonedRatio: 0.01,
  toolErrorRatio: 0.2,
  unknownCostRatio: 0.05,
  costSigmas: 3,
  costMargin: 0.5,
  costPast: '7d',
  costMinValues: 300,
};

type Thresholds = typeof defaults;

const over = '15m';
const failed = { 'error.type': { not: '' } } as const;
const byModel = ['job', 'gen_ai.provider.name', 'gen_ai.request.model'] as const;

/**
 * Returns the rules: errors, latency, streams, tools and cost.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid, METRICS_PANEL_INVALID if
 * `latencySeconds` is not a bucket boundary.
 */
export function genaiRules(options: GenaiRulesOptions = {}): readonly RuleGroup[] {
  const checked = withDefaults('genaiRules', options, defaults, { others: ['namespace', 'conventions'] });
  const { namespace, conventions, ...thresholds } = checked;
  const metrics = genaiMetrics({
    ...namespaceOption(namespace),
    ...(conventions === undefined ? {} : { conventions }),
  });
  const name = objectivePrefix('genai', namespace);
  const group = groupName('genai', namespace);
  const { latencyObjective: objective, latencySeconds } = thresholds;
  const latency = slo({
    name: `${name}_latency`,
    objective,
    description: `Operations of generative AI end within ${secondsText(latencySeconds)}.`,
    latency: { metric: metrics.duration, below: latencySeconds },
  });
  return [
    ruleGroup(group, { alerts: [...operationAlerts(metrics, thresholds), ...otherAlerts(metrics, thresholds)] }),
    costGroup(group, name, metrics, thresholds),
    latency.rules,
  ];
}

function operationAlerts({ duration, timeToFirstChunk }: GenaiMetrics, thresholds: Thresholds) {
  const { errorRatio, minOperations, firstChunkSeconds } = thresholds;
  const all = { by: byModel, over } as const;
  const shareFailed = ratio(rate(duration, { ...all, where: failed }), rate(duration, all));
  return [
    alert({
      name: 'GenaiErrorsHigh',
      when: and(above(shareFailed, errorRatio), atLeast(increase(duration, all), minOperations)),
      severity: 'page',
      summary: '{value} of the calls of {gen_ai.request.model} at {gen_ai.provider.name} by {job} fail.',
      description:
        'Look at the errors by type first. 429 or a name of a rate limit: slow down, or ask for a higher limit; 5xx or a timeout: the provider fails, use another one; 4xx: the last change of the prompts or parameters.',
    }),
    alert({
      name: 'GenaiFirstChunkSlow',
      when: above(quantile(0.95, timeToFirstChunk, all), firstChunkSeconds),
      for: '15m',
      severity: 'ticket',
      summary: 'The first chunk of {gen_ai.request.model} at {gen_ai.provider.name} takes {value} (p95).',
      description:
        'Users wait for the beginning of answers. Compare with other models of the provider, and with the input tokens of an operation: long prompts take longer.',
    }),
  ];
}

function otherAlerts({ common }: GenaiMetrics, thresholds: Thresholds) {
  const { streams, executeToolDuration, costUnknown } = common;
  const { abandonedRatio, toolErrorRatio, unknownCostRatio, minOperations } = thresholds;
  const ofJob = { by: ['job'], over } as const;
  const ofTool = { by: ['job', 'gen_ai.tool.name'], over } as const;
  const abandoned = ratio(rate(streams, { ...ofJob, where: { outcome: 'abandoned' } }), rate(streams, ofJob));
  const toolFailed = ratio(rate(executeToolDuration, { ...ofTool, where: failed }), rate(executeToolDuration, ofTool));
  return [
    alert({
      name: 'GenaiStreamsAbandoned',
      when: and(above(abandoned, abandonedRatio), atLeast(increase(streams, ofJob), minOperations)),
      severity: 'ticket',
      summary: '{value} of the streams of {job} are abandoned.',
      description:
        'The program stops reading streams without closing them, so connections stay open and the provider may bill all tokens. Close each stream, or read it to its end.',
    }),
    alert({
      name: 'GenaiToolFailing',
      when: and(above(toolFailed, toolErrorRatio), atLeast(increase(executeToolDuration, ofTool), minOperations)),
      severity: 'ticket',
      summary: '{value} of the executions of tool {gen_ai.tool.name} of {job} fail.',
      description: 'Look at its log. If models pass wrong arguments, improve the description of the tool.',
    }),
    alert({
      name: 'GenaiCostUnknown',
      when: and(
        above(ratio(rate(costUnknown, ofJob), costedOperations(common, ofJob)), unknownCostRatio),
        atLeast(increase(costUnknown, ofJob), minOperations),
      ),
      for: '1h',
      severity: 'ticket',
      summary: 'The cost of {value} of the operations of {job} is unknown.',
      description:
        'The shown cost is too low. The dashboard shows the reasons. unknown_model and no_prices: add prices; no_usage: request the usage of streams from the provider.',
    }),
  ];
}

function costGroup(group: string, name: string, { common }: GenaiMetrics, thresholds: Thresholds): RuleGroup {
  const { costSigmas, costMargin, costPast: past, costMinValues: minValues } = thresholds;
  const hourly = usual(`${name}:cost_usd:per_hour`, perHour(rate(common.cost, { by: byModel, over: '1h' })), {
    past,
    minValues,
  });
  return ruleGroup(`${group}-cost`, {
    interval: '1m',
    recordings: hourly.recordings,
    alerts: [
      alert({
        name: 'GenaiCostUnusual',
        when: aboveUsual(hourly, costSigmas, costMargin),
        for: '15m',
        severity: 'ticket',
        summary: 'Model {gen_ai.request.model} of {job} costs {value} USD per hour, unusually much for it.',
        description:
          'The cost is well above the mean of the past. Look at operations and tokens of the model: more operations, longer prompts, a retry loop, or an agent that does not end.',
      }),
    ],
  });
}
