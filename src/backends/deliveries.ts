/** Keeps account of a backend's deliveries and says what an operator should know: the first failure, and the recovery. */
import type { BackendStatus } from '../model/backend.js';
import type { Clock } from '../model/clock.js';

/** The account of one backend. */
export interface Deliveries {
  succeeded(): void;
  failed(reason: string): void;
  /** The backend took a delivery but for some of its points, which are lost; said when its reason is a new one. */
  rejected(points: number, reason: string): void;
  /** Nothing can be delivered at all. Not said here: `ready` of the backend rejects with it. */
  impossible(reason: string): void;
  /** Callbacks failed, and what they would have observed is missing; said when it is not what was missing before. */
  leftOut(errors: readonly unknown[]): void;
  status(): BackendStatus;
}

/** Whose account it is. */
export interface DeliveriesOptions {
  readonly name: string;
  readonly clock: Clock;
  /** The URL as it may be shown, asked for whenever a status is. */
  where(): string | undefined;
  /** Gets one message when deliveries begin to fail and one when they succeed again. */
  warn(message: string): void;
  /** Added to the former. */
  readonly hint?: string;
}

/** An empty account. */
export function keepDeliveries({ name, clock, where, warn, hint = '' }: DeliveriesOptions): Deliveries {
  let delivered = 0;
  let failed = 0;
  let reason: string | undefined;
  let missing = '';
  let lastSuccessUnixMs: number | undefined;
  let rejectedPoints = 0;
  let rejectedFor = '';
  const place = () => where() ?? 'its destination';
  return {
    succeeded() {
      delivered++;
      lastSuccessUnixMs = clock.nowUnixMs();
      if (reason !== undefined) warn(`${name}: ${place()} accepts metrics again after: ${reason}`);
      reason = undefined;
    },
    failed(why) {
      failed++;
      if (reason === undefined) {
        warn(
          `${name}: ${place()} did not accept metrics: ${why}. Recording goes on; said once until it recovers.${hint}`,
        );
      }
      reason = why;
    },
    rejected(points, why) {
      rejectedPoints += points;
      if (why !== rejectedFor)
        warn(`${name}: ${place()} took a delivery but for ${points} points: ${why || 'no reason given'}`);
      rejectedFor = why;
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
      return {
        name,
        state: reason !== undefined ? 'failing' : delivered > 0 ? 'ok' : 'waiting',
        ...(url === undefined ? {} : { url }),
        delivered,
        failed,
        ...(rejectedPoints === 0 ? {} : { rejectedPoints }),
        ...(lastSuccessUnixMs === undefined ? {} : { lastSuccessUnixMs }),
        ...(reason === undefined ? {} : { reason }),
      };
    },
  };
}

/** One line that says why, control characters taken out: it may hold what a server answered. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error ?? 'unknown');
  return message.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 300);
}
