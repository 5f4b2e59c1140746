/** A live feed over an engine, on a fake clock: both move by `second`. */
import { vi } from 'vitest';
import type { LiveWatch } from '../../../src/backends/live/feed.js';
import { createLiveFeed } from '../../../src/backends/live/live-feed.js';
import type {
  MetricsUpdate,
  PageHistory,
  PageModel,
  PageUpdate,
  StreamMessage,
  Subscription,
} from '../../../src/backends/live/messages.js';
import type { LiveSource, NamedMetrics } from '../../../src/backends/live/source.js';
import type { Catalogue, Definitions } from '../../../src/catalogue/catalogue.js';
import { engineInstruments } from '../../../src/engine/handles.js';
import { PlainReader, startEngine } from '../../engine/provider.js';

/** Message of a client, and its frame. */
export interface Received {
  readonly message: StreamMessage;
  readonly frame: Buffer;
  readonly isState: boolean;
}

/** Starts a feed. Timers are fake: `vi.useRealTimers` ends them. */
export function scene(options: Partial<LiveSource> = {}, readers = [new PlainReader()]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const { provider, clock } = startEngine({ readers });
  const packs: NamedMetrics[] = [];
  const catalogues: NamedMetrics[] = [];
  let collections = 0;
  const feed = createLiveFeed({
    clock,
    applicationId: 'storefront',
    startedUnixMs: clock.nowUnixMs(),
    producer() {
      collections++;
      return provider.snapshotProducer();
    },
    packs: () => packs,
    catalogues: () => catalogues,
    budgets: () => provider.budgets(),
    statuses: () => [],
    ...options,
  });
  return {
    clock,
    feed,
    provider,
    packs,
    catalogues,
    collections: () => collections,
    instruments: <D extends Definitions>(catalogue: Catalogue<D>) => engineInstruments(catalogue, provider),
    /** Starts a client that keeps what it receives. */
    client(subscription?: Omit<Subscription, 'type'>) {
      const received: Received[] = [];
      const watch: LiveWatch = feed.watch(
        subscription === undefined ? undefined : { type: 'subscribe', ...subscription },
        (frame, isState) => received.push({ message: JSON.parse(frame.toString()), frame, isState }),
      );
      const last = <T extends StreamMessage>(type: T['type']) =>
        received.findLast(({ message }) => message.type === type)?.message as T;
      return {
        ...watch,
        received,
        types: () => received.map(({ message }) => message.type),
        update: () => last<MetricsUpdate>('metrics.update'),
        page: () => last<PageUpdate>('page.update'),
        model: () => last<PageModel>('page.model'),
        history: () => last<PageHistory>('page.history'),
      };
    },
    /** Lets the feed finish its work, then moves the time and lets it finish again. */
    async seconds(count: number, work: (second: number) => void = () => {}) {
      await settle();
      for (let second = 0; second < count; second++) {
        work(second);
        clock.advance(1_000);
        await vi.advanceTimersByTimeAsync(1_000);
        await settle();
      }
    },
  };
}

/** Waits until the event loop has nothing left that is due. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}
