/** Keeps account of a backend's deliveries and says what an operator should know: the first failure, and the recovery. */
import { messageOf } from '../errors.js';
import type { BackendContext, BackendStatus, DropCause, ShedCounts, WaitingCounts } from './contract.js';

/** The account of one backend. */
export interface Deliveries {
  /** A delivery is under way, until one of the next three is called. */
  began(): void;
  succeeded(): void;
  /** @param kind what kind of failure it was, one of a few words. */
  failed(reason: string, kind?: string): void;
  /** There was nothing to deliver. */
  spared(): void;
  /** So many points have arrived. */
  exported(points: number): void;
  /** The backend took a delivery but for some of its points, which are lost; said when its reason is a new one. */
  rejected(points: number, reason: string): void;
  /** Points are given up. */
  dropped(points: number, cause: DropCause): void;
  /** A request was sent again. */
  retried(): void;
  /** Detail is left out from now on, or all is back. */
  shed(message: string): void;
  /** Where what is to be sent again is asked for. */
  countWaiting(status: () => WaitingCounts): void;
  /** Where what was left out is asked for. */
  countShed(status: () => ShedCounts): void;
  /** Nothing can be delivered at all. Not said here: `ready` of the backend rejects with it. */
  impossible(reason: string): void;
  /** Callbacks failed, and what they would have observed is missing; said when it is not what was missing before. */
  leftOut(errors: readonly unknown[]): void;
  status(): BackendStatus;
}

/** Whose account it is. */
export interface DeliveriesOptions extends Pick<BackendContext, 'name' | 'clock' | 'warn' | 'onDelivery'> {
  /** The URL as it may be shown, asked for whenever a status is. */
  where(): string | undefined;
  /** Added to the message when deliveries begin to fail. */
  readonly hint?: string;
}

/** An empty account. */
export function keepDeliveries({ name, clock, where, warn, onDelivery, hint = '' }: DeliveriesOptions): Deliveries {
  let delivered = 0;
  let failed = 0;
  let reason: string | undefined;
  let missing = '';
  let lastSuccessUnixMs: number | undefined;
  let lastDurationMs: number | undefined;
  let beganMs: number | undefined;
  let retries = 0;
  let waitingCounts: (() => WaitingCounts) | undefined;
  let shedCounts: (() => ShedCounts) | undefined;
  let rejectedFor = '';
  const points = { exported: 0, rejected: 0 };
  const dropped: Partial<Record<DropCause, number>> = {};
  const place = () => where() ?? 'its destination';

  function ended(failure: string | undefined): void {
    if (beganMs === undefined) return;
    lastDurationMs = clock.monotonicMs() - beganMs;
    beganMs = undefined;
    onDelivery(lastDurationMs / 1_000, failure);
  }

  return {
    began() {
      beganMs = clock.monotonicMs();
    },
    succeeded() {
      ended(undefined);
      delivered++;
      lastSuccessUnixMs = clock.nowUnixMs();
      if (reason !== undefined) warn(`${name}: ${place()} accepts metrics again after: ${reason}`);
      reason = undefined;
    },
    failed(why, kind = 'failed') {
      ended(kind);
      failed++;
      if (reason === undefined) {
        warn(
          `${name}: ${place()} did not accept metrics: ${why}. Recording goes on; said once until it recovers.${hint}`,
        );
      }
      reason = why;
    },
    spared() {
      beganMs = undefined;
    },
    exported(count) {
      points.exported += count;
    },
    rejected(count, why) {
      points.rejected += count;
      if (why !== rejectedFor)
        warn(`${name}: ${place()} took a delivery but for ${count} points: ${why || 'no reason given'}`);
      rejectedFor = why;
    },
    dropped(count, cause) {
      if (dropped[cause] === undefined) {
        warn(`${name}: ${count} points are given up (${cause}). Counted from now on, and said once.`);
      }
      dropped[cause] = (dropped[cause] ?? 0) + count;
    },
    retried() {
      retries++;
    },
    shed(message) {
      warn(`${name}: ${message}`);
    },
    countWaiting(status) {
      waitingCounts = status;
    },
    countShed(status) {
      shedCounts = status;
    },
    impossible(why) {
      failed++;
      reason = why;
    },
    leftOut(errors) {
      const reasons = [...new Set(errors.map(reasonOf))].sort().join('; ');
      if (reasons !== '' && reasons !== missing) warn(`${name}: left out of what is delivered: ${reasons}`);
      missing = reasons;
    },
    status() {
      const url = where();
      const waiting = waitingCounts?.();
      const shed = shedCounts?.();
      return {
        name,
        state: reason !== undefined ? 'failing' : delivered > 0 ? 'ok' : 'waiting',
        ...(url === undefined ? {} : { url }),
        delivered,
        failed,
        points: { ...points, dropped: { ...dropped } },
        ...(waiting === undefined || waiting.requests === 0 ? {} : { waiting }),
        ...(shed === undefined || isNothing(shed) ? {} : { shed }),
        retries,
        inFlight: beganMs !== undefined,
        ...(lastSuccessUnixMs === undefined ? {} : { lastSuccessUnixMs }),
        ...(lastDurationMs === undefined ? {} : { lastDurationMs }),
        ...(reason === undefined ? {} : { reason }),
      };
    },
  };
}

function isNothing({ exemplars, attributes, metrics, now }: ShedCounts): boolean {
  return exemplars + attributes + metrics === 0 && now.length === 0;
}

/** One line that says why, control characters taken out: it may hold what a server answered. */
export function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, 300);
}
