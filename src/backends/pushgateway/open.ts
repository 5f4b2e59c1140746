/** Makes what pushes to one group, and deletes it. Loaded when the backend is started. */
import type { BackendContext } from '../../delivery/contract.js';
import type { Deliveries } from '../../delivery/deliveries.js';
import { requestSender } from '../../delivery/requests.js';
import { type Sender, untraced } from '../../delivery/sender.js';
import { readTlsFiles } from '../../delivery/tls-files.js';
import { createTransport, type Transport, type TransportTarget } from '../../delivery/transport.js';
import { version } from '../../version.js';
import { pushEncoder } from './encoding.js';
import type { Group } from './group.js';
import type { PushgatewayOptions } from './options.js';

/** What it needs beside its options. */
export interface Surroundings extends Pick<BackendContext, 'clock' | 'warn'> {
  readonly preferences: Pick<Sender, 'aggregation' | 'temporality'>;
  readonly deliveries: Deliveries;
  readonly group: Group;
  /** Milliseconds that a deletion may take. */
  readonly timeoutMs: number;
}

/** A group that is pushed to. */
export interface OpenGroup {
  readonly sender: Sender;
  /**
   * Deletes the group and pushes nothing more, whatever comes of it. The group has to have its URL.
   *
   * @param hurried whether to give up instead of trying again.
   * @throws {Error} with the reason when the Pushgateway did not accept it.
   */
  deleteGroup(hurried: boolean): Promise<void>;
}

/** Opens a group; nothing is connected yet. */
export function openGroup(options: PushgatewayOptions, surroundings: Surroundings): OpenGroup {
  const { preferences, deliveries, clock, warn, group, timeoutMs } = surroundings;
  const encoder = pushEncoder(options, group, warn);
  const gzip = options.compression === 'gzip';
  const tls = readTlsFiles(options, 'pushgateway', warn);
  const connect = (
    method: NonNullable<TransportTarget['method']>,
    gzip: boolean,
    headers: TransportTarget['headers'],
  ) => {
    if (group.url === undefined) throw new Error('The job has no name yet.');
    const all = { 'user-agent': `otelier/${version}`, ...headers, ...authorizationOf(options), ...options.headers };
    return createTransport(
      { url: group.url, method, headers: all, gzip, tls, digest: withoutSample },
      clock,
      deliveries.retried,
    );
  };
  const transport = lazily(() =>
    connect(options.method, gzip, {
      'content-type': encoder.contentType,
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    }),
  );
  const pushes = requestSender({ ...preferences, transport, deliveries, clock, encode: encoder.encode });
  let sending: Promise<unknown> = Promise.resolve();
  let over = false;

  async function deleteGroup(hurried: boolean): Promise<void> {
    over = true;
    // A push that is under way would bring the group back if it came after.
    pushes.hurry(true);
    await sending.catch(() => undefined);
    const deletion = connect('DELETE', false, {});
    deletion.hurry(hurried);
    try {
      const posted = await untraced(() => deletion.send(new Uint8Array(), timeoutMs));
      if (posted.kind !== 'accepted') throw new Error(`the group could not be deleted: ${posted.reason}`);
    } finally {
      deletion.close();
    }
  }

  const sender: Sender = {
    ...pushes,
    async send(collected, allowedMs) {
      if (over) {
        // Nobody walks it: it must not hold up those after it.
        collected.reject();
        return { kind: 'empty' };
      }
      const sent = pushes.send(collected, allowedMs);
      sending = sent;
      return sent;
    },
    async close() {
      try {
        // Without a URL nothing was collected either.
        if (options.deleteOnShutdown && !over && group.url !== undefined) await deleteGroup(true);
      } catch (error) {
        deliveries.failed((error as Error).message);
        throw error;
      } finally {
        await pushes.close();
      }
    },
  };
  return { sender, deleteGroup };
}

/** A transport that is made when something is sent first. */
function lazily(make: () => Transport): Transport {
  let made: Transport | undefined;
  let hurried = false;
  return {
    send(body, timeoutMs) {
      if (made === undefined) {
        made = make();
        made.hurry(hurried);
      }
      return made.send(body, timeoutMs);
    },
    hurry(active) {
      hurried = active;
      made?.hurry(active);
    },
    close() {
      made?.close();
    },
  };
}

/** The Pushgateway shows a whole sample, all of its buckets, between a metric's name and what is wrong with it. */
function withoutSample(text: string): string {
  return text.replace(/ \{ .* \} /s, ' ');
}

/** Users come before tokens; both before what the URL says. */
function authorizationOf({ username, password = '', bearerToken }: PushgatewayOptions): { authorization?: string } {
  if (username !== undefined) {
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }
  return bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` };
}
