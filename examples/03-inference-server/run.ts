/** Opens the service, prints its URLs, and closes everything at the end. */
import { metrics } from './metrics.ts';
import { openService, type Service } from './service.ts';
import { urlLines } from './urls.ts';

/** Serves until `until` settles. SIGINT and SIGTERM abort its signal. */
export async function serveUntil(until: (service: Service, stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const service = await openService();
    try {
      await printUrls(service.url);
      await until(service, stop.signal);
    } finally {
      await service.close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await metrics.shutdown();
}

async function printUrls(service: string): Promise<void> {
  // The service also runs without metrics. The log has the reason.
  await metrics.ready.catch(() => undefined);
  for (const line of await urlLines(metrics.status().backends, service)) console.log(line);
}
