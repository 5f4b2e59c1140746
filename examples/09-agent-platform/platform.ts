/** Works on tasks: the quick agent first, the thorough one where that was not good enough, and a cache before both. */
import { createHash } from 'node:crypto';
import type { ActiveTask, AgentRecorder } from 'otelier/packs/agent';
import { type Agent, compiles, costOf, found, quick, type Review, thorough } from './agents.ts';
import type { Defect, Sample } from './samples.ts';

/** Points below which the other agent takes over, and a task has failed. */
const goodEnough = 60;

/** A review with its score. */
interface Scored extends Review {
  readonly quality: number;
}

/** What is kept of a program: the best review, and what it cost to get there. */
interface Kept {
  readonly best: Scored;
  readonly agents: string;
  readonly costUsd: number;
}

/** What became of a task. */
export interface TaskReport {
  readonly agents: string;
  readonly quality: number;
  readonly ok: boolean;
  readonly left: readonly Defect[];
}

const now = () => performance.now();

/** Runs tasks and records what happens. */
export class Platform {
  readonly #recorder: AgentRecorder;
  readonly #kept = new Map<string, Kept>();

  constructor(recorder: AgentRecorder) {
    this.#recorder = recorder;
  }

  /** Does the tasks one after another; `tell` is told of each. */
  run(tasks: readonly Sample[], tell: (sample: Sample, report: TaskReport) => void): void {
    for (const [index, sample] of tasks.entries()) {
      this.#recorder.queueDepth(tasks.length - index - 1);
      tell(sample, this.#work(sample));
    }
  }

  #work(sample: Sample): TaskReport {
    const task = this.#recorder.begin();
    const known = this.#lookUp(sample);
    const { best, agents } = known ?? this.#review(sample, task);
    // What is asked for again costs nothing.
    if (known !== undefined) this.#recorder.costSaved(known.costUsd);
    const left = this.#evaluate(best.mended);
    const ok = best.quality >= goodEnough;
    task.end({ ok, quality: best.quality });
    return { agents: known === undefined ? agents : 'cache', quality: best.quality, ok, left };
  }

  #review(sample: Sample, task: ActiveTask): Kept {
    const first = this.#ask(quick, sample, task);
    let kept: Kept = { best: first, agents: quick.name, costUsd: costOf(quick.name, first) };
    if (!this.#passes(first)) {
      const second = this.#ask(thorough, sample, task);
      // The thorough one goes no further than to what it cannot compile, and then finds less than the quick one.
      const qualityImprovement = second.quality - first.quality;
      this.#recorder.agentSwitch({ from: quick.name, to: thorough.name, qualityImprovement });
      kept = {
        best: qualityImprovement > 0 ? second : first,
        agents: `${quick.name}, ${thorough.name}`,
        costUsd: kept.costUsd + costOf(thorough.name, second),
      };
    }
    this.#kept.set(keyOf(sample), kept);
    this.#recorder.cacheSize({ layer: 'memory', megabytes: sizeOf(this.#kept) / 1e6 });
    return kept;
  }

  #ask({ name, review }: Agent, sample: Sample, task: ActiveTask): Scored {
    const began = now();
    const reviewed = review(sample.source);
    const latencyMs = now() - began;
    const quality = score(reviewed, sample);
    const ok = quality >= goodEnough;
    task.agentCall({ agent: name, operation: 'review', latencyMs, ok, quality, tokens: reviewed.tokens });
    this.#recorder.iteration({ durationMs: latencyMs });
    return { ...reviewed, quality };
  }

  #lookUp(sample: Sample): Kept | undefined {
    const began = now();
    const kept = this.#kept.get(keyOf(sample));
    this.#recorder.cacheLookup({ layer: 'memory', hit: kept !== undefined, latencyMs: now() - began });
    return kept;
  }

  /** The first checkpoint: whether a review is good enough to go on with. */
  #passes({ quality }: Scored): boolean {
    const began = now();
    const ok = quality >= goodEnough;
    this.#recorder.checkpoint({ checkpoint: 1, latencyMs: now() - began, ok });
    return ok;
  }

  /** What is left in the program that comes out. */
  #evaluate(source: string): Defect[] {
    const began = now();
    const left = found(source);
    if (!compiles(source)) left.unshift('syntax');
    this.#recorder.evaluation({
      latencyMs: now() - began,
      vulnerabilities: {
        critical: left.includes('hard-coded-secret') ? 1 : 0,
        high: left.includes('eval') ? 1 : 0,
      },
    });
    return left;
  }
}

/** Share of the known defects that were found, of 100. */
function score({ found }: Review, { defects }: Sample): number {
  return (100 * defects.filter((defect) => found.includes(defect)).length) / defects.length;
}

function keyOf({ source }: Sample): string {
  return createHash('sha256').update(source).digest('hex');
}

/** Bytes, as text has them. */
function sizeOf(kept: ReadonlyMap<string, Kept>): number {
  return [...kept].reduce((bytes, entry) => bytes + JSON.stringify(entry).length, 0);
}
