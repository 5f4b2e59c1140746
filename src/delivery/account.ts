/** The account of one backend's deliveries, and the log lines about them: the first failure and the recovery. */
import { cut, cutEnd, minUrlLength } from '../errors/cut.js';
import { maxProblemLength, requireArgument } from '../errors.js';
import type {
  BackendContext,
  BackendStatus,
  DropCause,
  RetryAfterStatus,
  ShedCounts,
  WaitingCounts,
} from './contract.js';
import { reasonOf } from './reason.js';
import { briefly, type DestinationSettings, remedyFor } from './remedy.js';

/**
 * Why a delivery failed: the endpoint was unavailable, the exporter keeps the requests, the endpoint refused them for good,
 * the backend was closed, or an error occurred during the collection.
 */
export type FailureKind = 'unavailable' | 'kept' | 'refused' | 'closed' | 'failed';

/** Account of one backend. Each delivery begins with `began` and ends with `succeeded`, `failed` or `skipped`. */
export interface DeliveryAccount {
  began(): void;
  succeeded(): void;
  /** Logs the first failure after a success. `kind` is `failed` by default. */
  failed(reason: string, kind?: FailureKind): void;
  /** Ends a delivery that had nothing to deliver. */
  skipped(): void;
  /** Counts accepted points. */
  exported(points: number): void;
  /** Counts points that were merged into exported ones, because the format cannot tell their series apart. */
  merged(points: number): void;
  /** Counts points that the endpoint rejected within an accepted request. Logs each new reason. */
  rejected(points: number, reason: string): void;
  /** Counts points that are given up. Logs the first of each cause. */
  dropped(points: number, cause: DropCause): void;
  /** Counts a request that is sent again. */
  retried(): void;
  /** Logs a change of what load shedding leaves out. */
  shed(message: string): void;
  /** Reads the waiting counts from `read` whenever a status is requested. */
  trackWaiting(read: () => WaitingCounts): void;
  /** Reads the counts of load shedding from `read` whenever a status is requested. */
  trackShed(read: () => ShedCounts): void;
  /** Reads the state of `Retry-After` from `read` whenever a status is requested. */
  trackRetryAfter(read: () => RetryAfterStatus): void;
  /** Records that the backend cannot deliver at all. Not logged here: the backend's `ready` rejects with the reason. */
  unusable(reason: string): void;
  /** Logs failed callbacks if they differ from those of the collection before. */
  callbackErrors(errors: readonly unknown[]): void;
  /** Returns what to check after a failure, by default the last; `undefined` if nothing is known. */
  remedy(reason?: string): string | undefined;
  status(): BackendStatus;
}

/** Owner and destination of an account. */
export interface AccountOptions extends Pick<BackendContext, 'name' | 'clock' | 'warn' | 'onDelivery'> {
  /** Returns the destination without secrets; read whenever a status or a message needs it. */
  where(): string | undefined;
  /** Names of the settings of the destination; the message about the first failure then ends with a remedy. */
  readonly settings?: DestinationSettings;
  /** True for a backend that is scraped: messages are then about scrapes. */
  readonly pull?: boolean;
}

const nextStep: Readonly<Record<FailureKind, string>> = {
  unavailable: 'will retry',
  kept: 'undelivered data is kept; will retry',
  refused: 'dropped and counted; not retried',
  closed: 'not retried after the shutdown',
  failed: 'will retry',
};

/** Returns what follows from a failure. Takes the points that it dropped out of `drops`: the message contains them. */
function nextStepOf(kind: FailureKind, drops: Map<DropCause, number>): string {
  const count = kind === 'refused' || kind === 'closed' ? drops.get(kind) : undefined;
  if (count === undefined) return nextStep[kind];
  drops.delete(kind as DropCause);
  return kind === 'closed'
    ? `dropped ${dataPoints(count)} at the shutdown`
    : `dropped ${dataPoints(count)}; not retried`;
}

function dataPoints(count: number): string {
  return `${count} data point${count === 1 ? '' : 's'}`;
}

const dropReasons: Readonly<Record<DropCause, string>> = {
  refused: 'the endpoint refused them for good',
  'too large': 'a single point exceeds the maximum request size',
  'not kept': 'they could not be stored or read back',
  'no room': 'the spool was full',
  'too old': 'they exceeded the maximum age',
  closed: 'the backend was closed before they were delivered',
};

/** Opens an empty account. */
export function openAccount(options: AccountOptions): DeliveryAccount {
  const isValid = typeof options === 'object' && options !== null;
  requireArgument('openAccount: options', options, isValid, 'an object with name, clock, where and warn');
  const { name, clock, where, warn, onDelivery, settings, pull = false } = options;
  let delivered = 0;
  let failed = 0;
  let reason: string | undefined;
  let loggedErrors = '';
  let lastSuccessUnixMs: number | undefined;
  let lastDurationMs: number | undefined;
  let beganMs: number | undefined;
  /** Points of causes that have not been logged. During a delivery they wait for its result, which is their reason. */
  const drops = new Map<DropCause, number>();
  let retries = 0;
  let readWaiting: (() => WaitingCounts) | undefined;
  let readShed: (() => ShedCounts) | undefined;
  let readRetryAfter: (() => RetryAfterStatus) | undefined;
  let loggedRejection: string | undefined;
  const points = { exported: 0, rejected: 0 };
  let merged = 0;
  let disabled = false;
  const dropped: Partial<Record<DropCause, number>> = {};
  // An endpoint that an application mounts has no address of its own.
  const destination = () => where() ?? (pull ? '' : 'its destination');
  const [one, several] = pull
    ? [`${name}: scrape at `, `${name}: scrapes at `]
    : [`${name}: export to `, `${name}: exports to `];

  /**
   * Returns a message about the destination, with a reason. Cuts the path of the destination first, uses a shorter one of
   * `ends` next, and cuts the reason last: the end has the remedy. Host and port stay whole unless they fill the line.
   */
  function message(before: string, between: string, reason: string, ...ends: readonly string[]): string {
    const others = before.length + between.length;
    const whole = minUrlLength(destination());
    const isWhole = whole <= maxWholeLength;
    const least = Math.min(
      destination().length,
      isWhole ? Math.max(minDestinationLength, whole) : minDestinationLength,
    );
    const fits = (end: string, index: number) =>
      others + least + (index === 0 ? reason.length : Math.min(reason.length, minReasonLength)) + end.length <=
      maxMessageLength;
    const end = ends.find(fits) ?? ends.at(-1) ?? '';
    const room = maxMessageLength - others - end.length;
    const minimum = whole > room - minWholeReasonLength ? minDestinationLength : least;
    const shown = cut(destination(), Math.max(minimum, room - reason.length));
    const start = shown === '' ? before.replace(/ at $/, '') : `${before}${shown}`;
    return fitted(`${start}${between}`, reason, end);
  }

  /** Logs the drops that no message about a failure contains. */
  function reportDrops(): void {
    for (const [cause, count] of drops) {
      warn(`${name}: dropped ${dataPoints(count)}: ${dropReasons[cause]}; counted in status(); logged once per cause`);
    }
    drops.clear();
  }

  function end(failure: FailureKind | undefined): void {
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
      end(undefined);
      delivered++;
      lastSuccessUnixMs = clock.nowUnixMs();
      if (reason !== undefined) {
        warn(message(several, ' succeed again; last failure: ', reason, ''));
      }
      reason = undefined;
      reportDrops();
    },
    failed(why, kind = 'failed') {
      end(kind);
      failed++;
      if (reason === undefined) {
        const cause = briefly(why);
        const remedy = settings === undefined ? undefined : remedyFor(cause, settings);
        const once = kind === 'closed' ? '' : '; logged once';
        const next = pull ? 'answered without metrics' : nextStepOf(kind, drops);
        const hint = remedy === undefined ? '' : `; ${remedy}`;
        const brief = next.replace('undelivered data is ', '').replace(' data point', ' point');
        const briefest = brief.replace(/ and counted|; not retried$/g, '');
        const ends = [`${next}${once}${hint}`, `${brief}${hint}`, `${briefest}${hint}`, remedy ?? briefest];
        warn(message(one, ' failed: ', cause, ...ends.map((each) => `; ${each}`)));
      }
      reportDrops();
      reason = why;
    },
    skipped() {
      beganMs = undefined;
      reportDrops();
    },
    exported(count) {
      points.exported += count;
    },
    merged(count) {
      merged += count;
    },
    rejected(count, why) {
      points.rejected += count;
      if (why !== loggedRejection)
        warn(
          message(
            `${name}: partial success: `,
            ` rejected ${dataPoints(count)}: `,
            why || 'no reason given',
            '; not retried',
          ),
        );
      loggedRejection = why;
    },
    dropped(count, cause) {
      if (dropped[cause] === undefined || drops.has(cause)) drops.set(cause, (drops.get(cause) ?? 0) + count);
      dropped[cause] = (dropped[cause] ?? 0) + count;
      if (beganMs === undefined) reportDrops();
    },
    retried() {
      retries++;
    },
    shed(message) {
      warn(`${name}: ${message}`);
    },
    trackWaiting(read) {
      readWaiting = read;
    },
    trackShed(read) {
      readShed = read;
    },
    trackRetryAfter(read) {
      readRetryAfter = read;
    },
    unusable(why) {
      disabled = true;
      failed++;
      reason = why;
    },
    callbackErrors(errors) {
      const reasons = [...new Set(errors.map(reasonOf))].sort().join('; ');
      if (reasons !== '' && reasons !== loggedErrors)
        warn(
          fitted(
            `${name}: incomplete collection: `,
            reasons,
            '; the affected series are missing; other metrics are not affected',
          ),
        );
      loggedErrors = reasons;
    },
    remedy: (why = reason) =>
      why === undefined || settings === undefined ? undefined : remedyFor(briefly(why), settings),
    status() {
      const url = where();
      const waiting = readWaiting?.();
      const shed = readShed?.();
      const retryAfter = readRetryAfter?.();
      return {
        name,
        state: reason !== undefined ? 'failing' : delivered > 0 ? 'ok' : 'waiting',
        ...(disabled ? { disabled } : {}),
        ...(url === undefined ? {} : { url }),
        delivered,
        failed,
        points: { ...points, ...(merged === 0 ? {} : { merged }), dropped: { ...dropped } },
        ...(waiting === undefined || waiting.requests === 0 ? {} : { waiting }),
        ...(shed === undefined || isEmpty(shed) ? {} : { shed }),
        retries,
        ...(retryAfter === undefined ? {} : { retryAfter }),
        inFlight: beganMs !== undefined,
        ...(lastSuccessUnixMs === undefined ? {} : { lastSuccessUnixMs }),
        ...(lastDurationMs === undefined ? {} : { lastDurationMs }),
        ...(reason === undefined ? {} : { reason }),
      };
    },
  };
}

/** Longest log message, in characters, if its reason is not short. */
const maxMessageLength = maxProblemLength;
const minReasonLength = 32;
/** Longest URL without its path that is kept whole, in characters; a longer one is cut in its host. */
const maxWholeLength = 80;
/** Shortest reason beside a long host, in characters: the status, or the code of an error. */
const minWholeReasonLength = 12;

/** Shortest destination that a cut leaves, in characters: that of the default address. */
const minDestinationLength = 32;

/** Returns a message with a reason that is cut to fit: at its end if little of it is left. */
function fitted(before: string, reason: string, after: string): string {
  const room = Math.max(minWholeReasonLength, maxMessageLength - before.length - after.length);
  return `${before}${room < minReasonLength ? cutEnd(reason, room) : cut(reason, room)}${after}`;
}

function isEmpty({ exemplars, attributes, metrics, now }: ShedCounts): boolean {
  return exemplars + attributes + metrics === 0 && now.length === 0;
}
