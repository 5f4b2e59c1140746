/** Recorder of the agent pack: one verb per event, which updates every affected metric. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import { isAmount } from '../kit/refusal.js';
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
 * Records the events of an agent platform.
 *
 * No verb throws. The engine rejects an invalid value and counts it by reason in `metrics.status().rejected`; windows and
 * summary ignore the same values. An event that is not an object, or throws when it is read, is dropped as a whole and
 * counted as `event_unreadable`.
 */
export class AgentRecorder {
  /** Instruments of the pack. */
  readonly instruments: InstrumentsOf<AgentDefinitions>;
  readonly #clock: PackContext<AgentDefinitions>['clock'];
  readonly #guard: VerbGuard;
  readonly #agents: Agents;
  readonly #totals = new Totals();
  readonly #tasks: SlidingWindow;
  readonly #embeddings: SlidingWindow;
  readonly #layers: Named<SlidingWindow>;
  #active = 0;

  constructor(context: PackContext<AgentDefinitions>, windowMs: number, prices: PriceTable) {
    const { instruments, clock, guard } = context;
    this.instruments = instruments;
    this.#clock = clock;
    this.#guard = guard;
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

  /** Begins a task. It is active and timed until `end()`. */
  begin(): ActiveTask {
    const beganMs = this.#clock.monotonicMs();
    let callsUsd: number | undefined;
    let ended = false;
    this.#active++;
    return this.#guard.handle<ActiveTask>('ActiveTask', {
      agentCall: (call) => {
        const cost = this.#agents.call(call);
        if (cost !== undefined) callsUsd = (callsUsd ?? 0) + cost;
      },
      end: (outcome) => {
        if (ended) return;
        ended = true;
        this.#active--;
        const latencyMs = this.#clock.monotonicMs() - beganMs;
        const { ok, quality, costUsd = callsUsd } = outcome;
        this.#ended(latencyMs, ok, quality, costUsd);
      },
    });
  }

  /** Records an ended task: duration, outcome, quality and cost; also its one call if an agent is named. */
  task(task: Task): void {
    const { latencyMs, ok, quality, costUsd, agent, operation = 'task', tokens } = task;
    if (agent === undefined) {
      this.#agents.tokens(agent, tokens);
      this.#ended(latencyMs, ok, quality, costUsd);
      return;
    }
    // An invalid score is counted once, with the task.
    const score = isAmount(quality) ? quality : undefined;
    const callUsd = this.#agents.call({ agent, operation, latencyMs, ok, quality: score, tokens, costUsd });
    this.#ended(latencyMs, ok, quality, costUsd ?? callUsd);
  }

  /** Records an agent call: count, duration, outcome, tokens, cost and quality. */
  agentCall(call: AgentCall): void {
    this.#agents.call(call);
  }

  /** Records a switch from one agent to another within a task. */
  agentSwitch(change: AgentSwitch): void {
    this.#agents.switched(change);
  }

  /** Records one iteration of an agent loop. */
  iteration(iteration: Iteration): void {
    this.instruments.iterationDuration.record(iteration.durationMs);
  }

  /** Records an evaluation of code: duration and findings. */
  evaluation(evaluation: Evaluation): void {
    const { instruments } = this;
    const { latencyMs, coveragePercent, vulnerabilities = {}, typeErrors, testFailures } = evaluation;
    const bySeverity = Object.entries(vulnerabilities) as [Severity, number | undefined][];
    instruments.evaluationLatency.record(latencyMs);
    if (coveragePercent !== undefined) instruments.testCoverage.record(coveragePercent);
    if (typeErrors !== undefined) instruments.typeErrors.add(typeErrors);
    if (testFailures !== undefined) instruments.testFailures.add(testFailures);
    for (const [severity, count] of bySeverity) {
      if (count !== undefined) instruments.securityVulnerabilities.add(count, { severity });
    }
  }

  /** Records the speedup of evaluations that ran in parallel. */
  parallelEvaluation({ sequentialMs, parallelMs }: ParallelEvaluation): void {
    const valid = isAmount(sequentialMs) && isAmount(parallelMs);
    this.instruments.parallelEvalSpeedup.record(valid ? sequentialMs / parallelMs : Number.NaN);
  }

  /** Records a checkpoint: duration, failure, and the early end of the task. */
  checkpoint({ checkpoint, latencyMs, ok, endsTask = false }: Checkpoint): void {
    const { instruments } = this;
    const number = (typeof checkpoint === 'number' ? String(checkpoint) : checkpoint) as '1' | '2' | '3';
    instruments.checkpointLatency.record(latencyMs);
    // The engine counts NaN, and would not see a flag that is not a boolean.
    if (ok !== true) instruments.checkpointFailures.add(ok === false ? 1 : Number.NaN, { checkpoint: number });
    if (endsTask !== false) instruments.earlyTermination.add(endsTask === true ? 1 : Number.NaN);
  }

  /** Records a cache lookup: hit or miss, and duration. */
  cacheLookup({ layer, hit, latencyMs }: CacheLookup): void {
    const { instruments } = this;
    instruments.cacheLookups.add(1, { cache_layer: layer, result: resultOf(hit) });
    if (latencyMs !== undefined) instruments.cacheLookupLatency.record(latencyMs, { cache_layer: layer });
    if (typeof hit !== 'boolean') return;
    this.#layers.of(layer).add(this.#clock.monotonicMs(), 1, hit ? 1 : 0);
    this.#totals.lookup(hit);
  }

  /** Sets the current size of a cache. */
  cacheSize({ layer, megabytes }: CacheSize): void {
    this.instruments.cacheSize.set(megabytes, { cache_layer: layer });
  }

  /** Records an embedding lookup: a cache hit, or a miss with the duration of the generation. */
  embedding(embedding: Embedding): void {
    const { instruments } = this;
    const { cached = false, latencyMs } = embedding as { cached?: boolean; latencyMs?: number };
    instruments.embeddingLookups.add(1, { result: resultOf(cached) });
    if (cached === false) instruments.embeddingGenerationLatency.record(latencyMs as number);
    if (typeof cached === 'boolean') this.#embeddings.add(this.#clock.monotonicMs(), 1, cached ? 1 : 0);
  }

  /** Records the score of a guideline match. */
  guidelineMatch(match: GuidelineMatch): void {
    this.instruments.guidelineMatchQuality.record(match.score);
  }

  /** Records a database query. */
  databaseQuery({ operation, latencyMs }: DatabaseQuery): void {
    this.instruments.databaseQueries.add(1, { operation });
    this.instruments.databaseLatency.record(latencyMs);
  }

  /** Records a call of an external API: count, duration and type of error. */
  externalCall({ service, latencyMs, errorType }: ExternalCall): void {
    const { instruments } = this;
    instruments.externalApiCalls.add(1, { service });
    instruments.apiCallLatency.record(latencyMs, { service });
    if (errorType !== undefined) instruments.externalApiErrors.add(1, { service, error_type: errorType });
  }

  /** Adds US dollars saved by a cache or a cheaper agent. */
  costSaved(usd: number): void {
    this.instruments.costSavings.add(usd);
  }

  /** Sets the current number of waiting tasks. */
  queueDepth(tasks: number): void {
    this.instruments.taskQueueDepth.set(tasks);
  }

  /** Sets the current use of resources. */
  resources({ cpuPercent, memoryPercent, networkPercent, processMemoryMb }: Resources): void {
    const { resourceUtilization, memoryUsage } = this.instruments;
    if (cpuPercent !== undefined) resourceUtilization.set(cpuPercent, { resource: 'cpu' });
    if (memoryPercent !== undefined) resourceUtilization.set(memoryPercent, { resource: 'memory' });
    if (networkPercent !== undefined) resourceUtilization.set(networkPercent, { resource: 'network' });
    if (processMemoryMb !== undefined) memoryUsage.set(processMemoryMb);
  }

  /** Records the duration of an export of the metrics: a push, or a scrape as its reader measures it. */
  exported(milliseconds: number): void {
    this.instruments.metricsExportLatency.record(milliseconds);
  }

  /** Returns the summary since the start. It needs no backend. */
  summary(): AgentSummary {
    return this.#totals.summary(this.#agents.costUsd);
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
