/** Sends one request while the process exits, when no event loop runs: a worker sends it, and the main thread waits. */
import type { HttpTarget } from './http-client.js';

/** Longest time that an exit is delayed, in milliseconds. */
const maxWaitMs = 2_000;

/** Code of the worker. It has no imports, because bundlers do not find the file of a worker. */
const code = `
const { workerData: { url, options, body, answer } } = require('node:worker_threads');
const end = (status) => { Atomics.store(answer, 0, status); Atomics.notify(answer, 0); };
require(url.startsWith('https:') ? 'node:https' : 'node:http')
  .request(url, options, (response) => end(response.statusCode)).on('error', () => end(-1)).end(body);`;

/**
 * Sends the body once and waits for the answer for at most two seconds. Never throws.
 *
 * @returns true if the status of the answer was 200 to 299.
 */
export function postNow({ url, method = 'POST', headers, gzip, tls }: HttpTarget, data: Uint8Array, timeoutMs: number) {
  try {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const body = gzip ? process.getBuiltinModule('node:zlib').gzipSync(data) : data;
    const options = { method, headers: { ...headers, 'content-length': String(body.byteLength) }, ...tls };
    const answer = new Int32Array(new SharedArrayBuffer(4));
    // The worker must not load what `--import` and NODE_OPTIONS name. Other variables set up TLS and proxies.
    const env = { ...process.env, NODE_OPTIONS: '' };
    const isolation = { eval: true, execArgv: [], env, stdout: true, stderr: true };
    new Worker(code, { ...isolation, workerData: { url, options, body, answer } });
    Atomics.wait(answer, 0, 0, Math.min(timeoutMs, maxWaitMs));
    const status = Atomics.load(answer, 0);
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}
