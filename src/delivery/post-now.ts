/** Sends one request while the process exits, when no event loop runs: a worker sends it, and the main thread waits. */
import type { HttpTarget } from './http-client.js';
import { noAnswer } from './http-response.js';
import { reasonOf } from './reason.js';

/** Longest time that an exit is delayed, in milliseconds. */
const maxWaitMs = 2_000;

/** Longest reason that the worker reports, in bytes. */
const maxReasonBytes = 300;

/** Code of the worker. It has no imports, because bundlers do not find the file of a worker. */
const code = `
const { workerData: { url, options, body, answer, reason } } = require('node:worker_threads');
const end = (status, text = '') => {
  Atomics.store(answer, 1, Buffer.from(text).copy(reason));
  Atomics.store(answer, 0, status);
  Atomics.notify(answer, 0);
};
require(url.startsWith('https:') ? 'node:https' : 'node:http')
  .request(url, options, (response) => end(response.statusCode))
  .on('error', (error) => end(-1, error.message || error.code)).end(body);`;

/**
 * Sends the body once and waits for the answer for at most two seconds. Never throws.
 *
 * @returns why the body was not accepted; `undefined` if the status of the answer was 200 to 299.
 */
export function postNow(
  { url, method = 'POST', headers, gzip, tls }: HttpTarget,
  data: Uint8Array,
  timeoutMs: number,
): string | undefined {
  try {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const body = gzip ? process.getBuiltinModule('node:zlib').gzipSync(data) : data;
    const options = { method, headers: { ...headers, 'content-length': String(body.byteLength) }, ...tls };
    const answer = new Int32Array(new SharedArrayBuffer(8));
    const reason = new Uint8Array(new SharedArrayBuffer(maxReasonBytes));
    // The worker must not load what `--import` and NODE_OPTIONS name. Other variables set up TLS and proxies.
    const env = { ...process.env, NODE_OPTIONS: '' };
    const isolation = { eval: true, execArgv: [], env, stdout: true, stderr: true };
    new Worker(code, { ...isolation, workerData: { url, options, body, answer, reason } });
    const waitMs = Math.min(timeoutMs, maxWaitMs);
    Atomics.wait(answer, 0, 0, waitMs);
    const status = Atomics.load(answer, 0);
    if (status === 0) return noAnswer(waitMs, true).reason;
    if (status > 0) return status >= 200 && status < 300 ? undefined : `HTTP ${status}`;
    return reasonOf(Buffer.from(reason.slice(0, Atomics.load(answer, 1))).toString());
  } catch (error) {
    return reasonOf(error);
  }
}
