/** The mounts of an application are searched once, and again after a router around the application has changed. */
import { describe, expect, test } from 'vitest';
import { answer, type Router, versions } from './express.js';
import { expectCounts, get, serve, start } from './http-traffic.js';

const requests = 100;

/** Counts searches of the mounts in a router. Each calls `findLast`, which Express itself does not call. */
function countSearches(application: Router, version: number): () => number {
  const { stack } = application[version === 4 ? '_router' : 'router'] as { stack: object[] };
  let searches = 0;
  const findLast: typeof stack.findLast = (matches: (layer: object, index: number, layers: object[]) => unknown) => {
    searches++;
    return Array.prototype.findLast.call(stack, matches);
  };
  Object.defineProperty(stack, 'findLast', { value: findLast });
  return () => searches;
}

describe.each(versions)('Express $version', ({ version, express }) => {
  /** An application in an application in an application; a function answers below it. */
  function scene() {
    const [outer, middle, inner] = [express(), express(), express()];
    inner.use('/tool', answer);
    middle.use('/:tenant', inner);
    outer.use('/api', middle);
    return { outer, middle, inner };
  }

  test(`searches the mounts of ${requests} requests without a route once`, async () => {
    const { outer, middle } = scene();
    const counts = [outer, middle].map((application) => countSearches(application, version));
    const { server } = start({ client: false });
    const url = await serve(outer);
    for (let request = 0; request < requests; request++) await get(`${url}/api/${request}/tool/x`);
    await expectCounts(server, { 'GET /api/:tenant/tool 200': requests });
    expect(counts.map((searches) => searches())).toEqual([1, 1]);
  });

  test.each([
    {
      change: 'a mount below the application',
      apply: ({ inner }: ReturnType<typeof scene>) => void inner.use('/late', answer),
      path: '/api/a/late/x',
      route: '/api/:tenant/late',
    },
    {
      change: 'a route of the application',
      apply: ({ inner }: ReturnType<typeof scene>) => void inner.get('/late/:id', answer),
      path: '/api/a/late/x',
      route: '/api/:tenant/late/:id',
    },
    {
      change: 'a second mount of the application',
      apply: ({ middle, inner }: ReturnType<typeof scene>) => void middle.use('/late/:tenant', inner),
      path: '/api/late/a/tool/x',
      route: '/api/late/:tenant/tool',
    },
    {
      change: 'a second mount of the application around it',
      apply: ({ outer, middle }: ReturnType<typeof scene>) => void outer.use('/late', middle),
      path: '/late/a/tool/x',
      route: '/late/:tenant/tool',
    },
  ])('sees $change that was added after a request', async ({ apply, path, route }) => {
    const parts = scene();
    const { server } = start({ client: false });
    const url = await serve(parts.outer);
    await get(`${url}/api/a/tool/x`);
    apply(parts);
    await get(url + path);
    await expectCounts(server, { 'GET /api/:tenant/tool 200': 1, [`GET ${route} 200`]: 1 });
  });

  test('sees the mount of an application that served requests on its own', async () => {
    const [outer, inner] = [express(), express()];
    inner.use('/tool', answer);
    const { server } = start({ client: false });
    await get(`${await serve(inner)}/tool/x`);
    await expectCounts(server, { 'GET /tool 200': 1 });
    outer.use('/late', inner);
    await get(`${await serve(outer)}/late/tool/x`);
    await expectCounts(server, { 'GET /tool 200': 1, 'GET /late/tool 200': 1 });
  });
});
