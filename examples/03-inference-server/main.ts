/**
 * A re-ranking server with metrics: `npm run example -- 03`, then `curl` the printed URL.
 *
 * `npm run demo` runs the same server and sends load to it.
 */
import { once } from 'node:events';
import { serveUntil } from './run.ts';

await serveUntil(async (_service, stop) => {
  if (!stop.aborted) await once(stop, 'abort');
});
