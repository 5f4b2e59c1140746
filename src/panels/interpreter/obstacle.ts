/** Reasons why a query cannot be evaluated in process. */
import { durationOf, secondsOf } from '../duration.js';
import type { Query } from '../query.js';
import type { Context } from './vector.js';

/** Why a query has no result: it is written in PromQL, it reads further back than the history, or its series do not match. */
export interface Obstacle {
  readonly reason: 'raw' | 'window' | 'matching';
  /** A sentence for readers. */
  readonly message: string;
}

/** Ends an evaluation. */
export class NotEvaluable extends Error {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle) {
    super(obstacle.message);
    this.obstacle = obstacle;
  }
}

/** Returns the obstacle that is known before the evaluation. */
export function obstacleOf(query: Query, context: Context): Obstacle | undefined {
  const reach = reachOf(query, context.autoWindow);
  const { retentionMs } = context.history;
  if (Number.isNaN(reach)) return { reason: 'raw', message: 'Queries written in PromQL need a Prometheus.' };
  if (reach <= retentionMs) return undefined;
  const [needed, held] = [reach, retentionMs].map((ms) => durationOf(Math.ceil(ms / 1_000)));
  return {
    reason: 'window',
    message: `It needs the last ${needed}, this process keeps the last ${held}. Grafana shows it.`,
  };
}

/** Returns how far back a query reads, in milliseconds; NaN if that is not known. */
function reachOf(query: Query, autoWindow: number): number {
  switch (query.op) {
    case 'samples':
      return milliseconds(query.offset);
    case 'recorded':
      return milliseconds(query.offset) + reachOf(query.rule.query, autoWindow);
    case 'overTime':
      return (query.window === 'auto' ? autoWindow : milliseconds(query.window)) + reachOf(query.of, autoWindow);
    case 'aggregate':
    case 'quantile':
    case 'top':
    case 'absent':
      return reachOf(query.of, autoWindow);
    case 'binary':
      return Math.max(reachOf(query.left, autoWindow), reachOf(query.right, autoWindow));
    case 'constant':
    case 'clock':
      return 0;
    case 'raw':
      return Number.NaN;
  }
}

/** Returns the milliseconds of a duration; 0 without one. */
export function milliseconds(duration: Parameters<typeof secondsOf>[0] | undefined): number {
  return duration === undefined ? 0 : secondsOf(duration) * 1_000;
}
