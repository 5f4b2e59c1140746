/**
 * Pack `agent`: metrics of a platform on which agents work on tasks.
 *
 * `recorder.ts` has a verb for each event of `events.ts`; `agents.ts` records the events of agents; `totals.ts` computes
 * the summary.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { namespaceOption } from '../kit/namespace.js';
import { checkedOptions, unknownOptions, wrongMilliseconds } from '../kit/options.js';
import { wrongPrices } from '../kit/prices.js';
import { type AgentDefinitions, agentCatalogue } from './metrics.js';
import type { PriceTable } from './prices.js';
import { AgentRecorder } from './recorder.js';

export type {
  ActiveTask,
  AgentCall,
  AgentSummary,
  AgentSwitch,
  CacheLookup,
  CacheSize,
  Checkpoint,
  DatabaseQuery,
  Embedding,
  Evaluation,
  ExternalCall,
  GuidelineMatch,
  Iteration,
  ParallelEvaluation,
  Resources,
  Severity,
  Task,
  TaskOutcome,
  Tokens,
} from './events.js';
export { lintExceptions as agentLintExceptions } from './lint.js';
export type { AgentDefinitions } from './metrics.js';
export type { PriceTable, TokenPrice } from './prices.js';
export type { AgentRecorder } from './recorder.js';

/** Options of the pack. */
export interface AgentOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** Window of rates and means, in milliseconds; 300,000 (five minutes) by default. */
  readonly windowMs?: number;
  /**
   * Milliseconds after the last use of its handle after which a task counts as abandoned; 3,600,000 (one hour) by
   * default.
   */
  readonly abandonedAfterMs?: number;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default the
   * boundaries are the fixed ones.
   */
  readonly maxExpectedSeconds?: number;
  /** Token prices by agent, in US dollars per million tokens; the cost of calls is derived from them. */
  readonly prices?: PriceTable;
}

/**
 * Returns the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if a duration is not above 0, a price is invalid, or an option is
 * unknown.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { agent } from 'otelier/packs/agent';
 * const metrics = startMetrics({
 *   serviceName: 'platform',
 *   packs: { agents: agent({ namespace: 'lazybird', prices: { coder: { input: 3, output: 15 } } }) },
 * });
 * const task = metrics.agents.begin();
 * task.agentCall({ agent: 'coder', operation: 'generate', latencyMs: 820, ok: true, tokens: { input: 900, output: 300 } });
 * task.end({ ok: true, quality: 87 });
 */
export function agent(options: AgentOptions = {}): Pack<AgentRecorder, AgentDefinitions> {
  const {
    namespace,
    windowMs = 300_000,
    abandonedAfterMs = 3_600_000,
    maxExpectedSeconds,
    prices = {},
  } = checkedOptions('agent', options);
  const problems = [
    ...unknownOptions('agent', options, ['namespace', 'windowMs', 'abandonedAfterMs', 'prices', 'maxExpectedSeconds']),
    ...wrongMilliseconds('agent', { windowMs, abandonedAfterMs }),
    ...wrongMaxExpectedSeconds('agent', maxExpectedSeconds),
    ...wrongPrices('agent.prices', prices, { of: 'agent', required: ['input', 'output'] }),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const catalogue = agentCatalogue({ maxExpectedSeconds, ...namespaceOption(namespace) });
  // A copy: later changes by the caller must not change the prices.
  const fixedPrices = structuredClone(prices);
  return {
    name: 'agent',
    callsBack: false,
    options,
    catalogue,
    recorder: (context) => new AgentRecorder(context, { windowMs, abandonedAfterMs, prices: fixedPrices }),
  };
}
