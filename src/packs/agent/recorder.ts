/** Recorder of pack `agent`: one verb per event, which updates all metrics of the event. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import { OpenHandles } from '../kit/open-handles.js';
import { amountOf, eventOf, isAmount, wholeOf, withinRange } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { StateByName } from '../kit/state-by-name.js';
import { TaskHandle, type TaskRecorder, TaskState } from './active-task.js';
import { Agents, outcomeOf, qualityOf, resultOf } from './agents.js';
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
import { showReadings } from './readings.js';
import { Totals } from './totals.js';

/** Validated options, with defaults applied. */
export interface AgentSettings {
  readonly windowMs: number;
  readonly abandonedAfterMs: number;
  readonly prices: PriceTable;
}

/**
 * Records the events of an agent platform.
 *
 * Verbs never throw. The engine drops a value outside its range and counts it by its reason in `metrics.status().rejected`;
 * windows and summary ignore the same values. An event that is not an object, or that throws when it is read, is dropped
 * as a whole and counted as one `event_unreadable`.
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
  readonly #layers: StateByName<SlidingWindow>;
  readonly #open: OpenHandles;
  /** Gauges that the application sets itself. */
  readonly #ownGauges = new Set<object>();
  readonly #taskRecorder: TaskRecorder;

  constructor(context: PackContext<AgentDefinitions>, { windowMs, abandonedAfterMs, prices }: AgentSettings) {
    const { instruments, clock, guard, onDelivery } = context;
    this.instruments = instruments;
    this.#clock = clock;
    this.#guard = guard;
    this.#agents = new Agents(context, windowMs, prices);
    onDelivery(({ seconds }) => instruments.metricsExportLatency.record(seconds * 1_000));
    showReadings(context, this.#ownGauges);
    const window = () => new SlidingWindow(windowMs, clock.monotonicMs());
    this.#tasks = window();
    this.#embeddings = window();
    this.#layers = new StateByName(layerLimit, window);
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
    this.#open = new OpenHandles(abandonedAfterMs);
    this.#taskRecorder = {
      call: (call) => this.#agents.call(call),
      ended: (latencyMs, callsUsd, outcome) => {
        const { ok, quality, costUsd = callsUsd } = eventOf(outcome);
        this.#ended(latencyMs, ok, quality, costUsd);
      },
      abandoned: () => instruments.taskOutcomes.add(1, { outcome: 'abandoned' }),
    };
    instruments.activeTasks.addCallback((observation) => {
      this.#open.sweep(clock.monotonicMs());
      observation.observe(this.#open.count);
    });
  }

  /**
   * Begins a task, which is active and timed until it ends. A task whose handle is garbage-collected, or not used for
   * `abandonedAfterMs`, is counted as abandoned and no longer active.
   */
  begin(): ActiveTask {
    const state = new TaskState(this.#taskRecorder, this.#clock, this.#open);
    const handle = new TaskHandle(state, this.#guard);
    this.#open.add(state, handle);
    return handle;
  }

  /** Records a task that ended: its duration, outcome, quality and cost; and its single call if an agent is given. */
  task(task: Task): void {
    const { latencyMs, ok, quality, costUsd, agent, operation = 'task', tokens } = eventOf(task);
    if (agent === undefined) {
      this.#agents.tokens(agent, tokens);
      this.#ended(latencyMs, ok, quality, costUsd);
      return;
    }
    // An invalid score is counted once: with the task.
    const score = isAmount(qualityOf(quality)) ? quality : undefined;
    const callUsd = this.#agents.call({ agent, operation, latencyMs, ok, quality: score, tokens, costUsd });
    this.#ended(latencyMs, ok, quality, costUsd ?? callUsd);
  }

  /** Records a call of an agent: count, duration, outcome, tokens, cost and quality. */
  agentCall(call: AgentCall): void {
    this.#agents.call(call);
  }

  /** Records a switch from one agent to another within a task. */
  agentSwitch(change: AgentSwitch): void {
    this.#agents.switched(change);
  }

  /** Records an iteration of an agent's loop. */
  iteration(iteration: Iteration): void {
    this.instruments.iterationDuration.record(amountOf(eventOf(iteration).durationMs));
  }

  /** Records an evaluation of code: its duration and findings. */
  evaluation(evaluation: Evaluation): void {
    const { instruments } = this;
    const { latencyMs, coveragePercent, vulnerabilities = {}, typeErrors, testFailures } = eventOf(evaluation);
    const bySeverity = Object.entries(vulnerabilities) as [Severity, number | undefined][];
    instruments.evaluationLatency.record(amountOf(latencyMs));
    if (coveragePercent !== undefined) instruments.testCoverage.record(amountOf(coveragePercent, 100));
    if (typeErrors !== undefined) instruments.typeErrors.add(wholeOf(typeErrors));
    if (testFailures !== undefined) instruments.testFailures.add(wholeOf(testFailures));
    for (const [severity, count] of bySeverity) {
      if (count !== undefined) instruments.securityVulnerabilities.add(wholeOf(count), { severity });
    }
  }

  /** Records the speed-up of evaluations that ran in parallel. */
  parallelEvaluation(evaluation: ParallelEvaluation): void {
    const { parallelEvalSpeedup } = this.instruments;
    const { sequentialMs, parallelMs } = eventOf(evaluation);
    const speedup = isAmount(sequentialMs) && isAmount(parallelMs) ? sequentialMs / parallelMs : Number.NaN;
    parallelEvalSpeedup.record(amountOf(speedup));
  }

  /** Records a checkpoint: its duration, whether it passed, and whether it ended the task. */
  checkpoint(checkpoint: Checkpoint): void {
    const { instruments } = this;
    const { checkpoint: number, latencyMs, ok, endsTask = false } = eventOf(checkpoint);
    const of = { checkpoint: (typeof number === 'number' ? String(number) : number) as '1' | '2' | '3' };
    instruments.checkpointLatency.record(amountOf(latencyMs));
    // A value that is not a boolean is counted as invalid.
    if (ok !== true) instruments.checkpointFailures.add(ok === false ? 1 : Number.NaN, of);
    if (endsTask !== false) instruments.earlyTermination.add(endsTask === true ? 1 : Number.NaN);
  }

  /** Records a cache lookup: hit or miss, and its duration. */
  cacheLookup(lookup: CacheLookup): void {
    const { instruments } = this;
    const { layer, hit, latencyMs } = eventOf(lookup);
    instruments.cacheLookups.add(1, { cache_layer: layer, result: resultOf(hit) });
    if (latencyMs !== undefined) instruments.cacheLookupLatency.record(amountOf(latencyMs), { cache_layer: layer });
    if (typeof hit !== 'boolean') return;
    this.#layers.of(layer).add(this.#clock.monotonicMs(), 1, hit ? 1 : 0);
    this.#totals.lookup(hit);
  }

  /** Sets the current size of a cache. */
  cacheSize(size: CacheSize): void {
    const { layer, megabytes } = eventOf(size);
    this.instruments.cacheSize.set(withinRange(megabytes), { cache_layer: layer });
  }

  /** Records a requested embedding: found in the cache, or generated, with its duration. */
  embedding(embedding: Embedding): void {
    const { instruments } = this;
    const { cached = false, latencyMs } = eventOf(embedding) as { cached?: boolean; latencyMs?: number };
    instruments.embeddingLookups.add(1, { result: resultOf(cached) });
    if (cached === false) instruments.embeddingGenerationLatency.record(amountOf(latencyMs));
    if (typeof cached === 'boolean') this.#embeddings.add(this.#clock.monotonicMs(), 1, cached ? 1 : 0);
  }

  /** Records the quality of a guideline match. */
  guidelineMatch(match: GuidelineMatch): void {
    this.instruments.guidelineMatchQuality.record(amountOf(eventOf(match).score, 1));
  }

  /** Records a database query. */
  databaseQuery(query: DatabaseQuery): void {
    const { instruments } = this;
    const { operation, latencyMs } = eventOf(query);
    instruments.databaseQueries.add(1, { operation });
    instruments.databaseLatency.record(amountOf(latencyMs));
  }

  /** Records a call of an external API: count, duration and failure. */
  externalCall(call: ExternalCall): void {
    const { instruments } = this;
    const { service, latencyMs, errorType } = eventOf(call);
    instruments.externalApiCalls.add(1, { service });
    instruments.apiCallLatency.record(amountOf(latencyMs), { service });
    if (errorType !== undefined) instruments.externalApiErrors.add(1, { service, error_type: errorType });
  }

  /** Adds US dollars saved by a cache or a cheaper agent. */
  costSaved(usd: number): void {
    this.instruments.costSavings.add(amountOf(usd));
  }

  /** Sets the number of waiting tasks. */
  queueDepth(tasks: number): void {
    this.instruments.taskQueueDepth.set(withinRange(wholeOf(tasks)));
  }

  /**
   * Sets the current resource usage of the host. Without it, the collectors `host` and `runtime` do.
   */
  resources(resources: Resources): void {
    const { resourceUtilization, memoryUsage } = this.instruments;
    const { cpuPercent, memoryPercent, networkPercent, processMemoryMb } = eventOf(resources);
    const shares = { cpu: cpuPercent, memory: memoryPercent, network: networkPercent };
    for (const resource of ['cpu', 'memory', 'network'] as const) {
      const percent = shares[resource];
      if (percent === undefined) continue;
      this.#ownGauges.add(resourceUtilization);
      resourceUtilization.set(withinRange(percent, 100), { resource });
    }
    if (processMemoryMb === undefined) return;
    this.#ownGauges.add(memoryUsage);
    memoryUsage.set(withinRange(processMemoryMb));
  }

  /**
   * Records the duration of an export that no backend of this package makes, such as that of a reader of the application.
   * The exports of backends are recorded without a call.
   */
  exported(milliseconds: number): void {
    this.instruments.metricsExportLatency.record(amountOf(milliseconds));
  }

  /** Returns a summary of everything recorded since the start; needs no backend. */
  summary(): AgentSummary {
    return this.#totals.summary(this.#agents.costUsd);
  }

  #ended(latencyMs: number, ok: TaskOutcome['ok'], quality: number | undefined, costUsd: number | undefined): void {
    const { instruments } = this;
    const score = quality === undefined ? undefined : qualityOf(quality);
    instruments.taskLatency.record(amountOf(latencyMs));
    instruments.taskOutcomes.add(1, { outcome: outcomeOf(ok) });
    if (score !== undefined) instruments.qualityScore.record(score);
    if (costUsd !== undefined) instruments.costPerTask.record(amountOf(costUsd));
    if (typeof ok === 'boolean') this.#tasks.add(this.#clock.monotonicMs(), 1, ok ? 1 : 0);
    this.#totals.task(latencyMs, ok, score, costUsd);
  }
}
