/**
 * The export chain of a backend that encodes its own requests: encode → queue → retry → post.
 *
 * One loop sends requests in order, oldest first. A request leaves the queue when it was accepted or refused. So no
 * request is lost or overtaken, and only a request whose answer was lost arrives twice, with the same bytes.
 *
 * - Without a spool, a collection without any accepted request returns to the engine and becomes part of the next one, at
 *   constant memory. Its requests stay in memory if a part was accepted, or if an attempt is ambiguous. Until they are
 *   delivered, nothing newer is encoded.
 * - With a spool, requests go to disk at their first failure and are sent from there, also between two exports.
 *   Collections continue.
 */
import { requireArgument } from '../errors.js';
import type { Clock } from '../model/clock.js';
import type { Collected } from '../model/collected.js';
import { late, withDeadline } from '../model/deadline.js';
import type { Answer, EncodedCollection, EncodedRequest } from '../model/request.js';
import type { DeliveryAccount } from './account.js';
import type { WaitingCounts } from './contract.js';
import {
  type Exporter,
  type ExportOptions,
  type ExportPreferences,
  type ExportResult,
  suppressTracing,
} from './exporter.js';
import type { HttpClient } from './http-client.js';
import type { FailedPost, PostResult } from './http-response.js';
import { MemoryQueue } from './memory-queue.js';
import type { Queue } from './queue.js';
import { reasonOf } from './reason.js';
import { Retry, type RetryLimits } from './retry.js';

/** Parts of a request exporter. */
export interface RequestExporterOptions extends ExportPreferences {
  readonly client: HttpClient;
  readonly account: DeliveryAccount;
  readonly clock: Clock;
  /** Milliseconds between exports, which caps the back-off; absent without an interval. */
  readonly intervalMs?: number | undefined;
  /** Maximum wait that an endpoint may ask for, in milliseconds; ten intervals by default. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Requests that outlive the process; absent to keep requests in memory only. */
  readonly spool?: Queue | undefined;
  /** Requests in memory; one without expiry by default. */
  readonly memory?: MemoryQueue | undefined;
  encode(collected: Collected): Promise<EncodedCollection>;
  /** Reads the answer to an accepted request; by default all points were accepted. */
  readAnswer?(body: Uint8Array): Answer;
  /** Called when a collection will not be encoded again: it was delivered, stored or refused. */
  onSettled?(): void;
  /** Called with request bodies that are no longer read. */
  recycle?(bodies: readonly Uint8Array[]): void;
}

/** Creates an exporter that sends one request at a time. */
export function requestExporter(options: RequestExporterOptions): Exporter {
  const { client, account, encode } = Object(options) as Partial<RequestExporterOptions>;
  const isValid = client !== undefined && account !== undefined && typeof encode === 'function';
  requireArgument('requestExporter: options', options, isValid, 'an object with client, account, clock and encode');
  const chain = new RequestChain(options);
  return {
    aggregation: options.aggregation,
    temporality: options.temporality,
    export: (collect, limits) => chain.export(collect, limits),
    isReady: () => chain.isReady(),
    close: () => chain.close(),
  };
}

class RequestChain {
  readonly #options: RequestExporterOptions;
  readonly #account: DeliveryAccount;
  readonly #clock: Clock;
  readonly #spool: Queue | undefined;
  readonly #memory: MemoryQueue;
  readonly #retry: Retry;
  readonly #closed = new AbortController();
  /** The running loop; it outlives an export if there is a spool. */
  #sending: Promise<FailedPost | undefined> | undefined;
  /** The first request, if an attempt to send it may have been processed. */
  #ambiguous: EncodedRequest | undefined;
  /** The request that is being sent. */
  #underWay: EncodedRequest | undefined;
  readonly #settled = new WeakSet<EncodedRequest>();
  /** Requests that were answered so far, and how many of them an export has reported. */
  #answered = 0;
  #reported = 0;
  #refusal: string | undefined;
  /** True if the export under way waited for a back-off. */
  #hasWaited = false;

  constructor(options: RequestExporterOptions) {
    const { account, clock, spool, memory = new MemoryQueue(), intervalMs, maxRetryAfterMs } = options;
    this.#options = options;
    this.#account = account;
    this.#clock = clock;
    this.#spool = spool;
    this.#memory = memory;
    this.#retry = new Retry(clock, intervalMs, maxRetryAfterMs);
    account.trackWaiting(() => sumOf(memory.waiting(), spool?.waiting()));
    account.trackRetryAfter(() => ({ maxMs: this.#retry.maxRetryAfterMs, remainingMs: this.#retry.retryAfterMs }));
  }

  /** With a spool, collections go on while the endpoint asks to wait. */
  isReady(): boolean {
    return this.#spool !== undefined || this.#retry.retryAfterMs === 0;
  }

  async export(collect: () => Promise<Collected>, { timeoutMs, flush }: ExportOptions): Promise<ExportResult> {
    const startedMs = this.#clock.monotonicMs();
    const limits = { endMs: startedMs + timeoutMs, timeoutMs, signals: [flush, this.#closed.signal] };
    this.#refusal = undefined;
    this.#hasWaited = false;

    const hasLeftovers = !this.#memory.isEmpty;
    if (hasLeftovers) {
      const blocked = await this.#sendUntil(limits);
      if (blocked !== undefined) return { kind: 'failed', reason: blocked.reason };
    }
    const collectingMs = this.#clock.monotonicMs();
    const collected = await collect();
    // Callbacks have a time limit of their own, and other readers may collect first.
    limits.endMs += this.#clock.monotonicMs() - collectingMs;
    const { requests, oversized } = await this.#options.encode(collected);
    const answeredBefore = this.#answered;
    const isLate = (await this.#enqueue(requests)) || hasLeftovers;
    const blocked = await this.#sendUntil(limits);

    if (blocked !== undefined && this.#canReturn(requests, answeredBefore)) {
      this.#memory.takeAll();
      return { kind: 'failed', reason: blocked.reason, points: pointsOf(requests) + oversized };
    }
    if (oversized > 0) this.#account.dropped(oversized, 'too large');
    this.#options.onSettled?.();
    const delivered = this.#answered > this.#reported;
    this.#reported = this.#answered;
    if (blocked !== undefined) return { kind: 'kept', reason: blocked.reason };
    this.#options.recycle?.(requests.map(({ body }) => body));
    if (this.#refusal !== undefined) return { kind: 'refused', reason: this.#refusal };
    return delivered ? { kind: 'accepted', late: isLate || this.#hasWaited } : { kind: 'empty' };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    // The request under way is answered or fails; no further request is sent.
    await this.#sending?.catch(() => undefined);
    this.#options.client.close();
    const lost = (await this.#memory.close()) + ((await this.#spool?.close()) ?? 0);
    if (lost > 0) this.#account.dropped(lost, 'closed');
  }

  /** Adds the requests of a new collection. Resolves to true if earlier requests are delivered before them. */
  async #enqueue(requests: readonly EncodedRequest[]): Promise<boolean> {
    if (this.#spool === undefined) {
      await this.#memory.add(requests);
      return false;
    }
    const isLate = this.#sending !== undefined || (await this.#spool.first()) !== undefined;
    // An endpoint that answered last is sent new requests at once. Otherwise they are stored before anything is tried.
    const stored = (isLate || !this.#retry.healthy) && (await this.#spool.add(requests));
    if (!stored) await this.#memory.add(requests);
    return isLate;
  }

  /** Sends everything that is queued. Resolves to the reason why not, at the end of the limits. */
  async #sendUntil(limits: RetryLimits): Promise<FailedPost | undefined> {
    const { endMs, timeoutMs } = limits;
    if (this.#spool === undefined) return this.#send(limits);
    const answeredBefore = this.#answered;
    // A loop that an earlier export started may end for reasons of that time.
    await this.#within(endMs, this.#sending);
    // The loop goes on after this export, so that a backlog of any length is delivered as fast as the endpoint answers.
    this.#sending ??= this.#send({ ...limits, inBackground: true }).finally(() => {
      this.#sending = undefined;
    });
    const result = await this.#within(endMs, this.#sending);
    if (result !== late) return result;
    await this.#store();
    const progressed = this.#answered > answeredBefore;
    const reason = progressed ? 'older requests are still being delivered' : `no answer within ${timeoutMs} ms`;
    return { kind: 'failed', reason, ambiguous: true };
  }

  /** The loop. Resolves to `undefined` when the queues are empty, else to the last failure. */
  async #send(limits: RetryLimits): Promise<FailedPost | undefined> {
    this.#retry.restart();
    let failed: FailedPost | undefined;
    for (;;) {
      const stored = await this.#spool?.first();
      const request = stored ?? (await this.#memory.first());
      if (request === undefined) return undefined;
      if (this.#closed.signal.aborted) return { kind: 'failed', reason: 'the backend was closed', ambiguous: false };
      const blocked = await this.#retry.turn(limits);
      if (blocked !== undefined) return blocked;
      if (failed !== undefined) {
        this.#hasWaited = true;
        this.#account.retried();
      }
      // In the background each request has the time of a whole export: an answer that comes too late doubles its points.
      const attemptMs = limits.inBackground ? limits.timeoutMs : limits.endMs - this.#clock.monotonicMs();
      this.#underWay = request;
      const result = await this.#post(request, attemptMs);
      this.#underWay = undefined;
      if (result.kind === 'failed') {
        failed = result;
        if (result.ambiguous) this.#ambiguous = request;
        this.#retry.failed(result);
        // Without room on disk the requests wait in memory, and nothing is retried in the background.
        if (this.#spool !== undefined && !(await this.#store())) return result;
        continue;
      }
      failed = undefined;
      this.#retry.answered();
      this.#ambiguous = undefined;
      this.#answered++;
      this.#settle(request, result);
      if (stored !== undefined) await this.#spool?.remove(stored);
      else if (!(await this.#memory.remove(request))) await this.#spool?.remove(request);
    }
  }

  /** Attempts a request once. An error of the client counts as a failed attempt. */
  async #post({ body }: EncodedRequest, timeoutMs: number): Promise<PostResult> {
    try {
      return await suppressTracing(() => this.#options.client.post(body, timeoutMs));
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error), ambiguous: false };
    }
  }

  /** Moves requests from memory to disk. Resolves to false if they could not be stored. */
  async #store(): Promise<boolean> {
    if (this.#spool === undefined) return false;
    const requests = this.#memory.takeAll();
    if (requests.length === 0 || (await this.#spool.add(requests, this.#underWay))) return true;
    // The request under way may have been answered meanwhile.
    await this.#memory.add(requests.filter((request) => !this.#settled.has(request)));
    return false;
  }

  /** True if no request of the collection was accepted, stored or may have been processed. */
  #canReturn(requests: readonly EncodedRequest[], answeredBefore: number): boolean {
    const { requests: inMemory } = this.#memory.waiting();
    if (this.#sending !== undefined || inMemory === 0 || inMemory !== requests.length) return false;
    return this.#answered === answeredBefore && requests.every((request) => request !== this.#ambiguous);
  }

  /** Counts the points of a request that was answered for good. */
  #settle(request: EncodedRequest, result: Exclude<PostResult, FailedPost>): void {
    const { points } = request;
    this.#settled.add(request);
    if (result.kind === 'refused') {
      this.#refusal ??= result.reason;
      this.#account.dropped(points, 'refused');
      return;
    }
    const { rejectedPoints, message } = this.#options.readAnswer?.(result.body) ?? { rejectedPoints: 0, message: '' };
    const rejected = Math.min(points, Math.max(0, rejectedPoints));
    this.#account.exported(points - rejected);
    if (rejected === 0 && message === '') return;
    const { withoutSecrets = (text: string) => text } = this.#options.client;
    this.#account.rejected(rejected, reasonOf(withoutSecrets(message)));
  }

  async #within<T>(endMs: number, work: Promise<T> | undefined): Promise<T | typeof late | undefined> {
    return work === undefined ? undefined : withDeadline(work, endMs - this.#clock.monotonicMs());
  }
}

function pointsOf(requests: readonly EncodedRequest[]): number {
  return requests.reduce((sum, { points }) => sum + points, 0);
}

function sumOf(one: WaitingCounts, other: WaitingCounts | undefined): WaitingCounts {
  if (other === undefined) return one;
  return {
    requests: one.requests + other.requests,
    points: one.points + other.points,
    bytes: one.bytes + other.bytes,
  };
}
