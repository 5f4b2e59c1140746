/** Opens the service, prints its URLs, and closes everything at the end. */
import { metrics } from './metrics.ts';
import { openService, type Service } from './service.ts';

/** Serves until `until` settles. SIGINT and SIGTERM abort its signal. */
export async function serveUntil(until: (service: Service, stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const service = await openService();
    try {
      console.log(`service: ${service.url}`);
      await printMetricsUrls();
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

async function printMetricsUrls(): Promise<void> {
  try {
    await metrics.ready;
  } catch (error) {
    // The service also runs without metrics.
    console.log(`metrics: ${oneLine((error as Error).message)}`);
  }
  const { backends } = metrics.status();
  if (backends.length === 0) console.log('metrics: off');
  for (const { name, state, url } of backends) {
    if (state !== 'failing') console.log(`metrics: ${name} ${url ?? ''}`.trimEnd());
  }
}

const oneLine = (text: string) => text.replace(/\s*\n\s*(- )?/g, ' ');
