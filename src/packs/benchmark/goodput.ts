/**
 * Goodput: the rate and share of samples that meet their service-level objective (SLO).
 *
 * Defined by Zhong et al., "DistServe: Disaggregating Prefill and Decoding for Goodput-optimized Large Language Model
 * Serving", OSDI 2024, arXiv:2401.09670: the requests per second that meet all of their objectives.
 */
import { requireArgument } from '../../errors.js';
import { isAmount, isCount } from '../kit/refusal.js';

/** Upper limits of the times of a sample. A limit that is absent is not checked. */
export interface Slo {
  /** Seconds end to end. */
  readonly latencySeconds?: number;
  /** Seconds to the first frame or token (TTFT). */
  readonly firstOutputSeconds?: number;
  /** Seconds for each frame or token after the first (TPOT). */
  readonly perOutputSeconds?: number;
}

/** Timing of one sample. */
export interface SampleTiming {
  /** Seconds end to end. */
  readonly latencySeconds: number;
  /** Seconds to the first frame or token. */
  readonly firstOutputSeconds?: number;
  /** Number of frames or tokens. */
  readonly outputs?: number;
  /** True if the generation succeeded; true by default. */
  readonly ok?: boolean;
}

/** Goodput of a set of samples. */
export interface Goodput {
  /** Number of samples within the SLO. */
  readonly good: number;
  /** Number of all samples. */
  readonly total: number;
  /** Share of samples within the SLO; 0 if `total` is 0. */
  readonly ratio: number;
  /** Samples within the SLO per second; 0 if `seconds` is 0, NaN if `seconds` is negative or not finite. */
  readonly perSecond: number;
}

/**
 * Returns the goodput of samples that were generated in `seconds` of wall time. A failed sample is not good. A sample
 * without a time that the SLO limits is not good either.
 *
 * @throws {TypeError} if the samples are not a list, or the SLO is not an object.
 *
 * @example
 * import { goodput } from 'otelier/packs/benchmark';
 * goodput([{ latencySeconds: 1.2 }, { latencySeconds: 3.4 }], { latencySeconds: 2 }, 4);
 * // { good: 1, total: 2, ratio: 0.5, perSecond: 0.25 }
 */
export function goodput(samples: Iterable<SampleTiming>, slo: Slo, seconds: number): Goodput {
  const isList = typeof Object(samples)[Symbol.iterator] === 'function';
  requireArgument('goodput: samples', samples, isList, 'a list of samples');
  requireArgument('goodput: slo', slo, typeof slo === 'object' && slo !== null, 'an object with limits in seconds');
  let good = 0;
  let total = 0;
  for (const { latencySeconds, firstOutputSeconds, outputs, ok = true } of samples) {
    total++;
    if (ok && isWithin(slo, latencySeconds, firstOutputSeconds, outputs)) good++;
  }
  const perSecond = isAmount(seconds) ? (seconds === 0 ? 0 : good / seconds) : Number.NaN;
  return { good, total, ratio: total === 0 ? 0 : good / total, perSecond };
}

/** Reports whether a sample meets an SLO. Times are in seconds; invalid values do not meet a limit. */
export function isWithin(slo: Slo, latency: unknown, firstOutput: unknown, outputs: unknown): boolean {
  return (
    isAtMost(latency, slo.latencySeconds) &&
    isAtMost(isAfter(firstOutput, latency) ? undefined : firstOutput, slo.firstOutputSeconds) &&
    (slo.perOutputSeconds === undefined || isAtMost(perOutput(latency, firstOutput, outputs), slo.perOutputSeconds))
  );
}

/**
 * Returns the seconds per output after the first: 0 for at most one output, `undefined` if a time or the number is
 * missing or invalid, or if the first output is later than the end.
 */
export function perOutput(latency: unknown, firstOutput: unknown, outputs: unknown): number | undefined {
  if (!isAmount(latency) || !isAmount(firstOutput) || !isCount(outputs) || firstOutput > latency) return undefined;
  return outputs > 1 ? (latency - firstOutput) / (outputs - 1) : 0;
}

/** True if both times are valid, and the first output is later than the end: impossible, so the time is not valid either. */
function isAfter(firstOutput: unknown, latency: unknown): boolean {
  return isAmount(firstOutput) && isAmount(latency) && firstOutput > latency;
}

function isAtMost(value: unknown, limit: number | undefined): boolean {
  return limit === undefined || (isAmount(value) && value <= limit);
}
