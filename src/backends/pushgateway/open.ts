/** The exporter of one Pushgateway group, and the deletion of the group. Loaded when the backend starts. */
import type { DeliveryAccount } from '../../delivery/account.js';
import type { BackendContext } from '../../delivery/contract.js';
import { type Exporter, type ExportPreferences, suppressTracing } from '../../delivery/exporter.js';
import { createHttpClient, type HttpClient, type HttpTarget } from '../../delivery/http-client.js';
import { htmlDefect } from '../../delivery/http-response.js';
import { jsonDefect } from '../../delivery/json-defect.js';
import { postNow } from '../../delivery/post-now.js';
import { reasonOf } from '../../delivery/reason.js';
import { requestExporter } from '../../delivery/request-exporter.js';
import { Retry } from '../../delivery/retry.js';
import { readTlsFiles } from '../../delivery/tls-files.js';
import type { PointVisitor } from '../../model/points.js';
import { version } from '../../version.js';
import { pushEncoder } from './encoding.js';
import type { Group } from './group.js';
import type { PushgatewayOptions } from './options.js';

/** Dependencies of the exporter, shared with its reader. */
export interface GroupContext extends Pick<BackendContext, 'clock' | 'maxRetryAfterMs' | 'warn' | 'sourceOf'> {
  readonly preferences: ExportPreferences;
  readonly account: DeliveryAccount;
  readonly group: Group;
  readonly intervalMs: number | undefined;
  /** Milliseconds that a deletion may take. */
  readonly timeoutMs: number;
}

/** A group that is pushed to. */
export interface OpenGroup {
  readonly exporter: Exporter;
  /**
   * Deletes the group. Nothing is pushed afterwards, whether or not the deletion succeeds. The group must have its URL.
   *
   * @param flush aborted to attempt the deletion once, without retrying.
   * @throws {Error} with the reason if the Pushgateway did not accept the deletion.
   */
  deleteGroup(flush: AbortSignal): Promise<void>;
  /** Pushes what `walk` visits while the process exits. Returns false if the Pushgateway did not accept it. */
  pushNow(walk: (visitor: PointVisitor) => void): boolean;
}

/** Opens a group. Opens no connection. */
export function openGroup(options: PushgatewayOptions, context: GroupContext): OpenGroup {
  const { preferences, account, clock, warn, group, intervalMs, maxRetryAfterMs, timeoutMs } = context;
  const encoder = pushEncoder(options, group, account, warn);
  const gzip = options.compression === 'gzip';
  const tls = readTlsFiles(options, 'pushgateway', context);
  const targetOf = (method: NonNullable<HttpTarget['method']>, gzip: boolean, headers: HttpTarget['headers']) => {
    if (group.url === undefined) throw new Error('pushgateway: the group has no job name yet');
    const all = { 'user-agent': `otelier/${version}`, ...headers, ...authorizationOf(options), ...options.headers };
    const rules = { digest: withoutSample, defectOf };
    return { url: group.url, method, headers: all, gzip, tls, ...rules };
  };
  const pushTarget = () =>
    targetOf(options.method, gzip, {
      'content-type': encoder.contentType,
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    });
  const client = lazyClient(() => createHttpClient(pushTarget(), clock));
  const timing = { intervalMs, maxRetryAfterMs };
  const pushes = requestExporter({ ...preferences, client, account, clock, ...timing, encode: encoder.encode });
  let pushing: Promise<unknown> = Promise.resolve();
  let endWaiting = () => {};
  let isDeleted = false;

  async function deleteGroup(flush: AbortSignal): Promise<void> {
    isDeleted = true;
    // A push that arrived after the deletion would create the group again.
    endWaiting();
    await pushing.catch(() => undefined);
    const deletion = createHttpClient(targetOf('DELETE', false, {}), clock);
    try {
      const limits = { endMs: clock.monotonicMs() + timeoutMs, timeoutMs, signals: [flush] };
      const result = await new Retry(clock, intervalMs, maxRetryAfterMs).run(limits, (remainingMs) =>
        suppressTracing(() => deletion.post(new Uint8Array(), remainingMs)),
      );
      if (result.kind !== 'accepted') throw new Error(`the group could not be deleted: ${result.reason}`);
    } finally {
      deletion.close();
    }
  }

  const exporter: Exporter = {
    ...pushes,
    async export(collect, { timeoutMs, flush }) {
      if (isDeleted) return { kind: 'empty' };
      const waiting = new AbortController();
      endWaiting = () => waiting.abort();
      if (flush.aborted) waiting.abort();
      flush.addEventListener('abort', endWaiting, { once: true });
      const pushed = pushes.export(collect, { timeoutMs, flush: waiting.signal });
      pushing = pushed;
      return pushed.finally(() => flush.removeEventListener('abort', endWaiting));
    },
    async close() {
      try {
        // Without a URL nothing was pushed, so there is nothing to delete.
        if (options.deleteOnShutdown && !isDeleted && group.url !== undefined) await deleteGroup(AbortSignal.abort());
      } catch (error) {
        account.failed(reasonOf(error), 'refused');
        throw error;
      } finally {
        await pushes.close();
      }
    },
  };
  const pushNow: OpenGroup['pushNow'] = (walk) => {
    const body = isDeleted ? undefined : encoder.encodeNow(walk);
    const failure = body === undefined ? undefined : postNow(pushTarget(), body, timeoutMs);
    if (failure !== undefined) account.failed(failure, 'unavailable');
    return failure === undefined;
  };
  return { exporter, deleteGroup, pushNow };
}

/** Returns a client that is created at its first request. */
function lazyClient(create: () => HttpClient): HttpClient {
  let client: HttpClient | undefined;
  return {
    post(body, timeoutMs) {
      client ??= create();
      return client.post(body, timeoutMs);
    },
    close() {
      client?.close();
    },
  };
}

/** Returns why a response is not one of a Pushgateway, which answers an accepted push without a body. */
function defectOf(body: Uint8Array, contentType: string): string | undefined {
  return htmlDefect(body, contentType) ?? jsonDefect(body);
}

/** Removes what the Pushgateway says of all refusals, and the sample that it prints between a metric's name and the problem. */
function withoutSample(text: string): string {
  return text
    .replace(/^pushed metrics are invalid or inconsistent with existing metrics: /, '')
    .replace(/ \{ .* \} /s, ' ');
}

/** Returns the `authorization` header. A user takes precedence over a token, and both over the URL. */
function authorizationOf({ username, password = '', bearerToken }: PushgatewayOptions): { authorization?: string } {
  if (username !== undefined) {
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }
  return bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` };
}
