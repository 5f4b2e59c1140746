/**
 * A re-ranking server with metrics: `npm run example -- 03`, then `curl` what it prints.
 *
 * `npm run demo` is the same with clients that send it requests.
 */
import { once } from 'node:events';
import { serveUntil } from './run.ts';

await serveUntil(async (_service, stop) => {
  if (!stop.aborted) await once(stop, 'abort');
});
