/** The live feed over the metrics of one start. */
import { cutEnd } from '../../errors/cut.js';
import { messageOf } from '../../errors.js';
import { diag } from '../../model/diag.js';
import { Client } from './client.js';
import type { LiveFeed, LiveWatch } from './feed.js';
import { intervalMs, LiveHistory } from './live-history.js';
import type { MetricsUpdate, Subscription } from './messages.js';
import { modelText } from './model.js';
import { Moment } from './moment.js';
import { pastText } from './past.js';
import { Shared } from './shared.js';
import { Slices } from './slices.js';
import type { LiveSource } from './source.js';
import { metricsUpdate, pageUpdate } from './updates.js';

/** Names in OpenTelemetry and in Prometheus, without characters that mean something to a browser. */
const metricName = /^[A-Za-z_][\w./-]{0,254}$/;
/** Shortest time between two models of one client. A start adds metrics with almost every collection. */
const modelIntervalMs = 5_000;

/**
 * Returns the feed of a start. It collects once per second while a client watches, without an effect on readers, and keeps
 * what it collected for the next watch.
 */
export function createLiveFeed(source: LiveSource): LiveFeed {
  return new Feed(source);
}

class Feed implements LiveFeed {
  readonly #source: LiveSource;
  readonly #live: LiveHistory;
  readonly #clients = new Set<Client>();
  /** Rejections of snapshots that wait for values. */
  readonly #waiting = new Set<(error: Error) => void>();
  /** Ends the wait for the next collection. */
  #endWait: (() => void) | undefined;
  #nextMs = Number.NEGATIVE_INFINITY;
  #tick = 0;
  #isRunning = false;
  #isWelcoming = false;
  #isClosed = false;
  #hasWarned = false;
  #model: { readonly version: number; readonly frame: Buffer } | undefined;
  /** Of the last snapshot. */
  #shared: Shared | undefined;

  constructor(source: LiveSource) {
    this.#source = source;
    this.#live = new LiveHistory(source);
  }

  defectOf({ packs = [], metrics = [] }: Subscription): string | undefined {
    const live = this.#live;
    live.updateContents();
    if (!packs.every((name) => live.groups.has(name)))
      return cutEnd(`packs: unknown name; known names: ${[...live.groups.keys()].join(', ')}`, 200);
    if (!metrics.every((name) => metricName.test(name) || live.metric(name) !== undefined))
      return 'metrics: expected names of metrics, such as ["shop.orders"]';
    return undefined;
  }

  watch(subscription: Subscription | undefined, send: (frame: Buffer, isState: boolean) => void): LiveWatch {
    const client = new Client(send);
    client.subscribe(subscription ?? {});
    if (!this.#isClosed) {
      this.#clients.add(client);
      if (!this.#isRunning) void this.#run();
      void this.#welcome();
    }
    return {
      subscribe: (next) => {
        client.subscribe(next);
        void this.#welcome();
      },
      end: () => {
        this.#clients.delete(client);
        if (this.#clients.size === 0) this.#endWait?.();
      },
    };
  }

  async snapshot(subscription: Subscription | undefined): Promise<MetricsUpdate> {
    if (this.#isClosed) throw new Error(closedMessage);
    const { page, interval_ms, ...plain } = subscription ?? { type: 'subscribe' };
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const watch = this.watch(plain, (frame) => {
        watch.end();
        this.#waiting.delete(reject);
        resolve(JSON.parse(frame.toString()) as MetricsUpdate);
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#clients.clear();
    this.#endWait?.();
    for (const reject of this.#waiting) reject(new Error(closedMessage));
    this.#waiting.clear();
  }

  /** Collects and sends updates until the last client has left. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      while (this.#clients.size > 0 && this.#waitMs > 0) await this.#sleep();
      if (this.#clients.size === 0) break;
      const nowMs = this.#source.clock.monotonicMs();
      // A late collection does not shift the later ones, a missed one is not made up for.
      this.#nextMs = (nowMs - this.#nextMs < intervalMs ? this.#nextMs : nowMs) + intervalMs;
      try {
        await this.#live.collect();
        this.#tick++;
        await this.#update();
      } catch (error) {
        this.#warn(error);
      }
      void this.#welcome();
    }
    this.#isRunning = false;
  }

  get #waitMs(): number {
    return this.#nextMs - this.#source.clock.monotonicMs();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endWait?.(), this.#waitMs).unref();
      this.#endWait = () => {
        clearTimeout(timer);
        this.#endWait = undefined;
        resolve();
      };
    });
  }

  /** Sends the values of the last snapshot to the clients that are due. */
  async #update(): Promise<void> {
    const live = this.#live;
    const nowMs = this.#source.clock.monotonicMs();
    for (const client of this.#clients) {
      if (client.view === undefined) {
        if (client.pending !== undefined && live.hasRates) this.#makeReady(client);
      } else if (client.isReady && client.modelVersion !== live.version && nowMs - client.modelMs >= modelIntervalMs)
        client.pending = 'model';
    }
    const shared = this.#sharedNow();
    if (shared === undefined) return;
    for (const group of groupsOf([...this.#clients].filter((client) => client.isDue(this.#tick)))) {
      try {
        this.#send(group, [await this.#updateFrame(group.first, shared)], false);
      } catch (error) {
        // The other clients still get theirs.
        this.#warn(error);
      }
    }
  }

  /** Sends the first messages to clients that wait for them, as far as there are values. Clients are served in turn. */
  async #welcome(): Promise<void> {
    if (this.#isWelcoming) return;
    this.#isWelcoming = true;
    try {
      // A watch returns before its first message.
      await undefined;
      for (;;) {
        const shared = this.#live.isCurrent(this.#source.clock.nowUnixMs()) ? this.#sharedNow() : undefined;
        const waiting = [...this.#clients].filter((client) => this.#isServable(client));
        const [group] = groupsOf(waiting);
        if (shared === undefined || group === undefined) break;
        await this.#serve(group, shared);
      }
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#isWelcoming = false;
    }
  }

  #isServable({ pending, view }: Client): boolean {
    return pending !== undefined && (view !== undefined || this.#live.hasRates);
  }

  async #serve(group: Group, shared: Shared): Promise<void> {
    const { first } = group;
    const { pending, view } = first;
    const { version } = this.#live;
    for (const client of group.clients) client.pending = undefined;
    let frames: readonly Buffer[];
    try {
      frames =
        view === undefined ? [await this.#updateFrame(first, shared)] : await this.#pageFrames(group, shared, pending);
    } catch (error) {
      for (const client of group.clients) client.pending ??= pending;
      throw error;
    }
    for (const client of this.#send(group, frames, view !== undefined)) {
      if (pending === 'model') {
        client.modelVersion = version;
        client.modelMs = this.#source.clock.monotonicMs();
      }
      client.hasPast ||= pending === 'model' || pending === 'past';
      this.#makeReady(client);
    }
  }

  async #pageFrames({ first }: Group, shared: Shared, pending: Client['pending']): Promise<readonly Buffer[]> {
    const { where, view = {} } = first;
    const model = pending === 'model' ? [await this.#modelFrame()] : [];
    const hasMetrics = pending !== 'history';
    const slices = new Slices(this.#source.clock);
    return [...model, Buffer.from(await pastText(this.#live, { where, view, hasMetrics }, shared, slices))];
  }

  #makeReady(client: Client): void {
    if (client.view === undefined) client.pending = undefined;
    if (!client.isReady) client.firstTick = this.#tick;
    client.isReady = true;
  }

  async #updateFrame({ subscription, view, where }: Client, shared: Shared): Promise<Buffer> {
    const slices = new Slices(this.#source.clock);
    const message =
      view === undefined
        ? await metricsUpdate(this.#source, this.#live, subscription, shared, slices)
        : await pageUpdate(this.#source, this.#live, view, where, shared, slices);
    return Buffer.from(JSON.stringify(message));
  }

  async #modelFrame(): Promise<Buffer> {
    const { version } = this.#live;
    if (this.#model?.version !== version) {
      const text = await modelText(this.#source, this.#live, new Slices(this.#source.clock));
      this.#model = { version, frame: Buffer.from(text) };
    }
    return this.#model.frame;
  }

  /** Sends frames to the clients whose watch and subscription are still the same. Returns these. */
  #send({ key, clients }: Group, frames: readonly Buffer[], isState: boolean): readonly Client[] {
    const current = clients.filter((client) => this.#clients.has(client) && client.key === key);
    for (const client of current) for (const frame of frames) client.send(frame, isState);
    return current;
  }

  /** Returns the shared results of the last snapshot; `undefined` before the first. */
  #sharedNow(): Shared | undefined {
    const { lastMs, snapshots } = this.#live;
    if (lastMs === undefined) return undefined;
    if (this.#shared?.moment.atMs !== lastMs) this.#shared = new Shared(new Moment(snapshots, lastMs));
    return this.#shared;
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    diag.warn(`live: collection failed: ${messageOf(error)}; its values are not sent; further failures are not logged`);
  }
}

const closedMessage = 'live: the metrics were shut down';

/** Clients with equal subscriptions, which wait for the same. */
interface Group {
  readonly key: string;
  readonly first: Client;
  readonly clients: readonly Client[];
}

function groupsOf(clients: readonly Client[]): readonly Group[] {
  const groups = new Map<string, Group & { readonly clients: Client[] }>();
  for (const client of clients) {
    const key = `${client.pending} ${client.key}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key: client.key, first: client, clients: [client] });
    else group.clients.push(client);
  }
  return [...groups.values()];
}
