/** The URLs of the running demo, the most useful first. */
import type { BackendStatus } from 'otelier';

/** Returns one line per URL: the live page if the endpoint serves one, the metrics, and the service; also failures. */
export async function urlLines(
  backends: readonly Pick<BackendStatus, 'name' | 'state' | 'url'>[],
  service: string,
): Promise<string[]> {
  const running = backends.filter(({ state }) => state !== 'failing');
  const pages = await Promise.all(
    running.map(({ name, url }) => (name === 'prometheus' ? livePageOf(url) : undefined)),
  );
  return [
    ...pages.flatMap((page) => (page === undefined ? [] : `live: ${page}`)),
    ...running.map(({ name, url = '' }) => `metrics: ${name} ${url}`.trimEnd()),
    ...backends.filter(({ state }) => state === 'failing').map(({ name }) => `metrics: ${name} failed`),
    ...(backends.length === 0 ? ['metrics: off'] : []),
    `service: ${service}`,
  ];
}

/** Returns the URL of the page beside an endpoint; `undefined` if there is none. */
async function livePageOf(endpoint: string | undefined): Promise<string | undefined> {
  if (endpoint === undefined) return undefined;
  const page = new URL('.', endpoint);
  try {
    const response = await fetch(page, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok && response.headers.get('content-type')?.startsWith('text/html') ? page.href : undefined;
  } catch {
    return undefined;
  }
}
