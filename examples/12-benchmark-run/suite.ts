/** Benchmark suite: sends every prompt to a model in sequence, and measures and scores the results. */
import {
  type BenchmarkRun,
  goodput,
  inceptionScore,
  type SampleTiming,
  type Slo,
  type TestResult,
  temporalConsistency,
} from 'otelier/packs/benchmark';
import { type Frame, type Model, type Prompt, subjects } from './generator.ts';
import { classify, moves } from './judges.ts';

/** Limits of the time of a video. */
export const slo: Slo = { latencySeconds: 0.5, firstOutputSeconds: 0.1 };

/** All known subjects and an unknown subject. */
export const promptCategories = [...subjects, 'spiral'];
const prompts: readonly Prompt[] = [
  ...subjects.flatMap((subject) => [0, 0.25, 1, 2].map((speed) => ({ subject, speed }))),
  { subject: 'spiral', speed: 1 },
];

/** Results of one model. */
export interface Report {
  readonly ok: number;
  readonly failed: number;
  readonly consistency: number;
  readonly inceptionScore: number;
  readonly f1: number;
  readonly meanLatencyMs: number;
  readonly perSecond: number;
  readonly goodRatio: number;
}

const now = () => performance.now() / 1_000;

/** Benchmarks a model. */
export function evaluate(run: BenchmarkRun, model: Model): Report {
  const startedAt = now();
  const timings: SampleTiming[] = [];
  const consistencies: number[] = [];
  const probabilities: number[][] = [];
  const detections: TestResult[] = [];

  const waiting = prompts.map((prompt) => ({ prompt, request: run.queued() }));
  for (const { prompt, request } of waiting) {
    request.dequeued();
    const { video, ...timing } = generate(model, prompt);
    timings.push(timing);
    if (timing.ok) {
      // Toy frames are compared directly; a real suite would embed them with a network such as CLIP or DINO.
      const consistency = temporalConsistency(video);
      run.sample({ ...timing, promptCategory: prompt.subject, temporalConsistency: consistency });
      consistencies.push(consistency);
      probabilities.push(classify(video[0] as Frame));
      detections.push({ expected: prompt.speed > 0, actual: moves(video) });
    } else run.sample({ ...timing, promptCategory: prompt.subject });
    request.done();
  }

  const score = inceptionScore(probabilities);
  run.score({ inceptionScore: score });
  const { f1 } = run.fScore(detections);
  const { total, ratio, perSecond } = goodput(timings, slo, now() - startedAt);
  return {
    ok: consistencies.length,
    failed: total - consistencies.length,
    consistency: mean(consistencies),
    inceptionScore: score,
    f1,
    meanLatencyMs: mean(timings.filter(({ ok }) => ok).map(({ latencySeconds }) => latencySeconds * 1_000)),
    perSecond,
    goodRatio: ratio,
  };
}

function generate(model: Model, prompt: Prompt) {
  const startedAt = now();
  const video: Frame[] = [];
  let firstOutputSeconds: number | undefined;
  let ok = true;
  try {
    for (const frame of model.generate(prompt)) {
      firstOutputSeconds ??= now() - startedAt;
      video.push(frame);
    }
  } catch {
    ok = false;
  }
  const first = firstOutputSeconds === undefined ? {} : { firstOutputSeconds };
  return { video, ok, latencySeconds: now() - startedAt, outputs: video.length, ...first };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
