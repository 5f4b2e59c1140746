/**
 * Goodput: what is generated within its service-level objective (SLO), per second and as a share.
 *
 * As of Zhong et al., "DistServe: Disaggregating Prefill and Decoding for Goodput-optimized Large Language Model
 * Serving", OSDI 2024, arXiv:2401.09670: the requests per second that meet all of their objectives.
 */
import { isAmount } from '../kit/refusal.js';

/** What a sample must keep to count as good; what is left out does not matter. */
export interface Slo {
  /** Seconds, end to end. */
  readonly latencySeconds?: number;
  /** Seconds to the first frame or token (TTFT). */
  readonly firstOutputSeconds?: number;
  /** Seconds for each frame or token after the first (TPOT). */
  readonly perOutputSeconds?: number;
}

/** What is known of the time of a sample. */
export interface SampleTiming {
  /** Seconds, end to end. */
  readonly latencySeconds: number;
  /** Seconds to the first frame or token. */
  readonly firstOutputSeconds?: number;
  /** Frames or tokens. */
  readonly outputs?: number;
  /** Whether it succeeded; by default it did. */
  readonly ok?: boolean;
}

/** How much of what was generated is good. */
export interface Goodput {
  /** Samples within the SLO. */
  readonly good: number;
  readonly total: number;
  /** Share of samples within the SLO; 0 when there were none. */
  readonly ratio: number;
  /** Samples within the SLO per second; 0 when no time passed, NaN when the time is none. */
  readonly perSecond: number;
}

/**
 * The goodput of samples that were generated in `seconds` of wall time. A sample that failed is not good, nor is one of
 * which the SLO asks for something that is not known.
 *
 * @example
 * import { goodput } from 'otelier/packs/benchmark';
 * goodput([{ latencySeconds: 1.2 }, { latencySeconds: 3.4 }], { latencySeconds: 2 }, 4);
 * // { good: 1, total: 2, ratio: 0.5, perSecond: 0.25 }
 */
export function goodput(samples: Iterable<SampleTiming>, slo: Slo, seconds: number): Goodput {
  let good = 0;
  let total = 0;
  for (const { latencySeconds, firstOutputSeconds, outputs, ok = true } of samples) {
    total++;
    if (ok && isWithin(slo, latencySeconds, firstOutputSeconds, outputs)) good++;
  }
  const perSecond = isAmount(seconds) ? (seconds === 0 ? 0 : good / seconds) : Number.NaN;
  return { good, total, ratio: total === 0 ? 0 : good / total, perSecond };
}

/** Whether a sample of these times, in seconds, keeps an SLO. */
export function isWithin(slo: Slo, latency: unknown, firstOutput: unknown, outputs: unknown): boolean {
  return (
    isAtMost(latency, slo.latencySeconds) &&
    isAtMost(firstOutput, slo.firstOutputSeconds) &&
    (slo.perOutputSeconds === undefined || isAtMost(perOutput(latency, firstOutput, outputs), slo.perOutputSeconds))
  );
}

/**
 * Seconds for each output after the first: 0 where there is none after it, `undefined` where the times or the number
 * are not known, negative where the first came after the end.
 */
export function perOutput(latency: unknown, firstOutput: unknown, outputs: unknown): number | undefined {
  if (!isAmount(latency) || !isAmount(firstOutput) || !isAmount(outputs)) return undefined;
  return outputs > 1 ? (latency - firstOutput) / (outputs - 1) : 0;
}

function isAtMost(value: unknown, limit: number | undefined): boolean {
  return limit === undefined || (isAmount(value) && value <= limit);
}
