/** Platform that reviews programs: first the cache, then the quick agent, then the thorough agent if needed. */
import { createHash } from 'node:crypto';
import type { ActiveTask, AgentRecorder } from 'otelier/packs/agent';
import { type Agent, compiles, costOf, found, quick, type Review, thorough } from './agents.ts';
import type { Defect, Sample } from './samples.ts';

/** Minimum quality score. Below it the thorough agent takes over, and a task fails. */
const minimumQuality = 60;

/** A review with its quality score. */
interface Scored extends Review {
  readonly quality: number;
}

/** Cache entry of a program: the best review and the cost of all its reviews. */
interface CacheEntry {
  readonly best: Scored;
  readonly agents: string;
  readonly costUsd: number;
}

/** Result of a task. */
export interface TaskReport {
  readonly agents: string;
  readonly quality: number;
  readonly ok: boolean;
  readonly left: readonly Defect[];
}

const now = () => performance.now();

/** Runs tasks and records their events. */
export class Platform {
  readonly #recorder: AgentRecorder;
  readonly #cache = new Map<string, CacheEntry>();

  constructor(recorder: AgentRecorder) {
    this.#recorder = recorder;
  }

  /** Runs the tasks one after another and calls `onResult` after each. */
  run(tasks: readonly Sample[], onResult: (sample: Sample, report: TaskReport) => void): void {
    for (const [index, sample] of tasks.entries()) {
      this.#recorder.queueDepth(tasks.length - index - 1);
      onResult(sample, this.#work(sample));
    }
  }

  #work(sample: Sample): TaskReport {
    const task = this.#recorder.begin();
    const known = this.#lookUp(sample);
    const { best, agents } = known ?? this.#review(sample, task);
    // A cached review costs nothing.
    if (known !== undefined) this.#recorder.costSaved(known.costUsd);
    const left = this.#evaluate(best.fixed);
    const ok = best.quality >= minimumQuality;
    task.end({ ok, quality: best.quality });
    return { agents: known === undefined ? agents : 'cache', quality: best.quality, ok, left };
  }

  #review(sample: Sample, task: ActiveTask): CacheEntry {
    const first = this.#ask(quick, sample, task);
    let entry: CacheEntry = { best: first, agents: quick.name, costUsd: costOf(quick.name, first) };
    if (!this.#passes(first)) {
      const second = this.#ask(thorough, sample, task);
      // The thorough agent stops at a syntax error, and then finds fewer defects than the quick agent.
      const qualityImprovement = second.quality - first.quality;
      this.#recorder.agentSwitch({ from: quick.name, to: thorough.name, qualityImprovement });
      entry = {
        best: qualityImprovement > 0 ? second : first,
        agents: `${quick.name}, ${thorough.name}`,
        costUsd: entry.costUsd + costOf(thorough.name, second),
      };
    }
    this.#cache.set(keyOf(sample), entry);
    this.#recorder.cacheSize({ layer: 'memory', megabytes: sizeOf(this.#cache) / 1e6 });
    return entry;
  }

  #ask({ name, review }: Agent, sample: Sample, task: ActiveTask): Scored {
    const startedAt = now();
    const reviewed = review(sample.source);
    const latencyMs = now() - startedAt;
    const quality = score(reviewed, sample);
    const ok = quality >= minimumQuality;
    task.agentCall({ agent: name, operation: 'review', latencyMs, ok, quality, tokens: reviewed.tokens });
    this.#recorder.iteration({ durationMs: latencyMs });
    return { ...reviewed, quality };
  }

  #lookUp(sample: Sample): CacheEntry | undefined {
    const startedAt = now();
    const entry = this.#cache.get(keyOf(sample));
    this.#recorder.cacheLookup({ layer: 'memory', hit: entry !== undefined, latencyMs: now() - startedAt });
    return entry;
  }

  /** First checkpoint: reports whether a review is good enough. */
  #passes({ quality }: Scored): boolean {
    const startedAt = now();
    const ok = quality >= minimumQuality;
    this.#recorder.checkpoint({ checkpoint: 1, latencyMs: now() - startedAt, ok });
    return ok;
  }

  /** Returns the defects left in a reviewed program. */
  #evaluate(source: string): Defect[] {
    const startedAt = now();
    const left = found(source);
    if (!compiles(source)) left.unshift('syntax');
    this.#recorder.evaluation({
      latencyMs: now() - startedAt,
      vulnerabilities: {
        critical: left.includes('hard-coded-secret') ? 1 : 0,
        high: left.includes('eval') ? 1 : 0,
      },
    });
    return left;
  }
}

/** Returns the percentage of the known defects that a review found. */
function score({ found }: Review, { defects }: Sample): number {
  return (100 * defects.filter((defect) => found.includes(defect)).length) / defects.length;
}

function keyOf({ source }: Sample): string {
  return createHash('sha256').update(source).digest('hex');
}

/** Returns the approximate size in bytes. */
function sizeOf(cache: ReadonlyMap<string, CacheEntry>): number {
  return [...cache].reduce((bytes, entry) => bytes + JSON.stringify(entry).length, 0);
}
