/** Turns what happens on an agent platform into measurements: one verb per event, updating all that it concerns. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { isAmount, orRefused } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { Named } from '../kit/state-by-name.js';
import { Agents, outcomeOf, resultOf } from './agents.js';
import type {
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
} from './events.js';
import { type AgentDefinitions, layerLimit } from './metrics.js';
import type { PriceTable } from './prices.js';
import { Totals } from './totals.js';

/**
 * The way in to the metrics of an agent platform.
 *
 * No verb throws, whatever it is given. A value that is none is refused by the engine and counted by its reason in
 * `metrics.status().rejected`; the windows and the summary leave out the same values. An event that cannot be read at
 * all, because it is no object or reading it throws, is not recorded in part: it counts as one `value_not_finite` of its
 * metric.
 */
export class AgentRecorder {
  /** The metrics themselves. */
  readonly instruments: InstrumentsOf<AgentDefinitions>;
  readonly #clock: PackContext<AgentDefinitions>['clock'];
  readonly #agents: Agents;
  readonly #totals = new Totals();
  readonly #tasks: SlidingWindow;
  readonly #embeddings: SlidingWindow;
  readonly #layers: Named<SlidingWindow>;
  #active = 0;

  constructor(context: PackContext<AgentDefinitions>, windowMs: number, prices: PriceTable) {
    const { instruments, clock } = context;
    this.instruments = instruments;
    this.#clock = clock;
    this.#agents = new Agents(context, windowMs, prices);
    const window = () => new SlidingWindow(windowMs, clock.monotonicMs());
    this.#tasks = window();
    this.#embeddings = window();
    this.#layers = new Named(layerLimit, window);
    const rates = [
      [instruments.taskSuccessRate, this.#tasks],
      [instruments.embeddingCacheHitRate, this.#embeddings],
    ] as const;
    for (const [gauge, rate] of rates) {
      gauge.addCallback((observation) => {
        const share = rate.mean(clock.monotonicMs());
        if (share !== undefined) observation.observe(share * 100);
      });
    }
    instruments.cacheHitRate.addCallback((observation) => {
      for (const [layer, rate] of this.#layers) {
        const share = rate.mean(clock.monotonicMs());
        if (share !== undefined) observation.observe(share * 100, { cache_layer: layer });
      }
    });
    instruments.activeTasks.addCallback((observation) => observation.observe(this.#active));
  }

  /** Begins a task: it is active until it is ended, and timed. */
  begin(): ActiveTask {
    const beganMs = this.#clock.monotonicMs();
    let callsUsd: number | undefined;
    let ended = false;
    this.#active++;
    return {
      agentCall: (call) => {
        const cost = this.#agentCall(call);
        if (cost !== undefined) callsUsd = (callsUsd ?? 0) + cost;
      },
      end: (outcome) => {
        if (ended) return;
        ended = true;
        this.#active--;
        const latencyMs = this.#clock.monotonicMs() - beganMs;
        orRefused(this.instruments.taskLatency, () => {
          const { ok, quality, costUsd = callsUsd } = outcome;
          this.#ended(latencyMs, ok, quality, costUsd);
        });
      },
    };
  }

  /** Records a task that ended: its time, outcome, quality and cost; and its one call when an agent is named. */
  task(task: Task): void {
    orRefused(this.instruments.taskLatency, () => {
      const { latencyMs, ok, quality, costUsd, agent, operation = 'task', tokens } = task;
      if (agent === undefined) {
        this.#agents.tokens(agent, tokens);
        this.#ended(latencyMs, ok, quality, costUsd);
        return;
      }
      // A score that is none is refused once: with the task.
      const score = isAmount(quality) ? quality : undefined;
      const callUsd = this.#agents.call({ agent, operation, latencyMs, ok, quality: score, tokens, costUsd });
      this.#ended(latencyMs, ok, quality, costUsd ?? callUsd);
    });
  }

  /** Records a call of an agent: count, time, outcome, tokens, cost and quality. */
  agentCall(call: AgentCall): void {
    this.#agentCall(call);
  }

  /** Records that an agent took over from another within a task. */
  agentSwitch(change: AgentSwitch): void {
    orRefused(this.instruments.agentSwitch, () => this.#agents.switched(change));
  }

  /** Records one iteration of an agent's loop. */
  iteration(iteration: Iteration): void {
    orRefused(this.instruments.iterationDuration, () => {
      this.instruments.iterationDuration.record(iteration.durationMs);
    });
  }

  /** Records an evaluation of code: its time, and what was found. */
  evaluation(evaluation: Evaluation): void {
    const { instruments } = this;
    orRefused(instruments.evaluationLatency, () => {
      const { latencyMs, coveragePercent, vulnerabilities = {}, typeErrors, testFailures } = evaluation;
      const bySeverity = Object.entries(vulnerabilities) as [Severity, number | undefined][];
      instruments.evaluationLatency.record(latencyMs);
      if (coveragePercent !== undefined) instruments.testCoverage.record(coveragePercent);
      if (typeErrors !== undefined) instruments.typeErrors.add(typeErrors);
      if (testFailures !== undefined) instruments.testFailures.add(testFailures);
      for (const [severity, count] of bySeverity) {
        if (count !== undefined) instruments.securityVulnerabilities.add(count, { severity });
      }
    });
  }

  /** Records evaluations that ran side by side: how many times faster that was. */
  parallelEvaluation(evaluation: ParallelEvaluation): void {
    const { parallelEvalSpeedup } = this.instruments;
    orRefused(parallelEvalSpeedup, () => {
      const { sequentialMs, parallelMs } = evaluation;
      parallelEvalSpeedup.record(
        isAmount(sequentialMs) && isAmount(parallelMs) ? sequentialMs / parallelMs : Number.NaN,
      );
    });
  }

  /** Records a checkpoint: its time, whether it was passed, whether it ended the task. */
  checkpoint(checkpoint: Checkpoint): void {
    const { instruments } = this;
    orRefused(instruments.checkpointLatency, () => {
      const { checkpoint: number, latencyMs, ok, endsTask = false } = checkpoint;
      const of = { checkpoint: (typeof number === 'number' ? String(number) : number) as '1' | '2' | '3' };
      instruments.checkpointLatency.record(latencyMs);
      // What is neither yes nor no is no count: refused.
      if (ok !== true) instruments.checkpointFailures.add(ok === false ? 1 : Number.NaN, of);
      if (endsTask !== false) instruments.earlyTermination.add(endsTask === true ? 1 : Number.NaN);
    });
  }

  /** Records a look-up in a cache: hit or miss, and its time. */
  cacheLookup(lookup: CacheLookup): void {
    const { instruments } = this;
    orRefused(instruments.cacheLookupLatency, () => {
      const { layer, hit, latencyMs } = lookup;
      instruments.cacheLookups.add(1, { cache_layer: layer, result: resultOf(hit) });
      if (latencyMs !== undefined) instruments.cacheLookupLatency.record(latencyMs, { cache_layer: layer });
      if (typeof hit !== 'boolean') return;
      this.#layers.of(layer).add(this.#clock.monotonicMs(), 1, hit ? 1 : 0);
      this.#totals.lookup(hit);
    });
  }

  /** Sets how large a cache is now. */
  cacheSize(size: CacheSize): void {
    orRefused(this.instruments.cacheSize, () => {
      const { layer, megabytes } = size;
      this.instruments.cacheSize.set(megabytes, { cache_layer: layer });
    });
  }

  /** Records an embedding that was asked for: from the cache, or generated in a time. */
  embedding(embedding: Embedding): void {
    const { instruments } = this;
    orRefused(instruments.embeddingGenerationLatency, () => {
      const { cached = false, latencyMs } = embedding as { cached?: boolean; latencyMs?: number };
      instruments.embeddingLookups.add(1, { result: resultOf(cached) });
      if (cached === false) instruments.embeddingGenerationLatency.record(latencyMs as number);
      if (typeof cached === 'boolean') this.#embeddings.add(this.#clock.monotonicMs(), 1, cached ? 1 : 0);
    });
  }

  /** Records how well a guideline matched. */
  guidelineMatch(match: GuidelineMatch): void {
    orRefused(this.instruments.guidelineMatchQuality, () => {
      this.instruments.guidelineMatchQuality.record(match.score);
    });
  }

  /** Records a query of the database. */
  databaseQuery(query: DatabaseQuery): void {
    const { instruments } = this;
    orRefused(instruments.databaseLatency, () => {
      const { operation, latencyMs } = query;
      instruments.databaseQueries.add(1, { operation });
      instruments.databaseLatency.record(latencyMs);
    });
  }

  /** Records a call of an external API: count, time, and what failed. */
  externalCall(call: ExternalCall): void {
    const { instruments } = this;
    orRefused(instruments.apiCallLatency, () => {
      const { service, latencyMs, errorType } = call;
      instruments.externalApiCalls.add(1, { service });
      instruments.apiCallLatency.record(latencyMs, { service });
      if (errorType !== undefined) instruments.externalApiErrors.add(1, { service, error_type: errorType });
    });
  }

  /** Adds US dollars that were not spent, thanks to a cache or a cheaper agent. */
  costSaved(usd: number): void {
    this.instruments.costSavings.add(usd);
  }

  /** Sets how many tasks wait now. */
  queueDepth(tasks: number): void {
    this.instruments.taskQueueDepth.set(tasks);
  }

  /** Sets how much of the machine is in use now. */
  resources(resources: Resources): void {
    const { resourceUtilization, memoryUsage } = this.instruments;
    orRefused(memoryUsage, () => {
      const { cpuPercent, memoryPercent, networkPercent, processMemoryMb } = resources;
      if (cpuPercent !== undefined) resourceUtilization.set(cpuPercent, { resource: 'cpu' });
      if (memoryPercent !== undefined) resourceUtilization.set(memoryPercent, { resource: 'memory' });
      if (networkPercent !== undefined) resourceUtilization.set(networkPercent, { resource: 'network' });
      if (processMemoryMb !== undefined) memoryUsage.set(processMemoryMb);
    });
  }

  /** Records how long an export of the metrics took: a push, or a scrape as its reader sees it. */
  exported(milliseconds: number): void {
    this.instruments.metricsExportLatency.record(milliseconds);
  }

  /** What was recorded since the start, without any server. */
  summary(): AgentSummary {
    return this.#totals.summary(this.#agents.costUsd);
  }

  #agentCall(call: AgentCall): number | undefined {
    let cost: number | undefined;
    orRefused(this.instruments.agentLatency, () => {
      cost = this.#agents.call(call);
    });
    return cost;
  }

  #ended(latencyMs: number, ok: TaskOutcome['ok'], quality: number | undefined, costUsd: number | undefined): void {
    const { instruments } = this;
    instruments.taskLatency.record(latencyMs);
    instruments.taskOutcomes.add(1, { outcome: outcomeOf(ok) });
    if (quality !== undefined) instruments.qualityScore.record(quality);
    if (costUsd !== undefined) instruments.costPerTask.record(costUsd);
    if (typeof ok === 'boolean') this.#tasks.add(this.#clock.monotonicMs(), 1, ok ? 1 : 0);
    this.#totals.task(latencyMs, ok, quality, costUsd);
  }
}
