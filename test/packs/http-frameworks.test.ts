/** Tests the routes of Fastify, which publishes them, and of Hono, which needs middleware. */
import type { IncomingMessage, Server } from 'node:http';
import { serve as serveHono } from '@hono/node-server';
import fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { fastifyRoutes, type HttpRecorder, honoRoutes } from 'otelier/packs/http';
import { describe, expect, test } from 'vitest';
import { open } from '../support/http-raw.js';
import { afterTest, expectCounts, get, serve, start } from './http-traffic.js';

describe('fastify', () => {
  async function served(prepare: (application: FastifyInstance, recorder: HttpRecorder) => void) {
    const measured = start({ client: false });
    const application = fastify();
    prepare(application, measured.recorder);
    afterTest(() => application.close());
    const url = await application.listen({ host: '127.0.0.1', port: 0 });
    return { ...measured, url };
  }

  function declareRoutes(application: FastifyInstance): void {
    application.get('/users/:id', async () => 'user');
    application.get('/sync/:id', (_, reply) => void reply.send('user'));
    application.get('/fails/:id', async () => {
      throw new Error('failed');
    });
    application.register(async (api) => void api.get('/posts/:post', async () => 'post'), { prefix: '/api/:tenant' });
    const refused = async () => {
      throw Object.assign(new Error('no'), { statusCode: 401 });
    };
    application.get('/refused/:id', { onRequest: refused }, async () => 'never');
    const schema = { querystring: { type: 'object', required: ['q'] } };
    application.get('/checked/:id', { schema }, async () => 'checked');
  }

  const paths = [
    '/users/1',
    '/users/2',
    '/sync/1',
    '/fails/1',
    '/api/a/posts/1',
    '/api/b/posts/2',
    '/refused/1',
    '/checked/1',
    '/none',
  ];
  const known = {
    'GET /users/:id 200': 2,
    'GET /sync/:id 200': 1,
    'GET /fails/:id 500 500': 1,
    'GET /api/:tenant/posts/:post 200': 2,
  };

  test('reports the routes of handlers without a hook', async () => {
    const { url, server, rejected } = await served(declareRoutes);
    for (const path of paths) await get(url + path);
    await expectCounts(server, { ...known, 'GET 401': 1, 'GET 400': 1, 'GET 404': 1 });
    expect(rejected()).toEqual({});
  });

  test('reports the routes of all requests with the hook', async () => {
    const { url, server } = await served((application, recorder) => {
      application.addHook('onRequest', fastifyRoutes(recorder));
      declareRoutes(application);
    });
    for (const path of paths) await get(url + path);
    await expectCounts(server, { ...known, 'GET /refused/:id 401': 1, 'GET /checked/:id 400': 1, 'GET 404': 1 });
  });

  test.each([
    ['preHandler', false],
    ['preHandler', true],
    ['onRequest', true],
  ] as const)(
    'prefers the route that the application sets in %s, with the hook before it: %s',
    async (when, hooked) => {
      const { url, server } = await served((application, recorder) => {
        if (hooked) application.addHook('onRequest', fastifyRoutes(recorder));
        application.addHook(when, async ({ raw }) => recorder.route(raw, '/set'));
        declareRoutes(application);
      });
      await get(`${url}/users/1`);
      await expectCounts(server, { 'GET /set 200': 1 });
    },
  );
});

describe('hono', () => {
  async function served(prepare: (application: Hono, recorder: HttpRecorder) => void) {
    const measured = start({ client: false });
    const application = new Hono();
    prepare(application, measured.recorder);
    const server = serveHono({ fetch: application.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    return { ...measured, url: await serve(server) };
  }

  test('reports routes with middleware', async () => {
    const { url, server, rejected } = await served((application, recorder) => {
      application.use(honoRoutes(recorder));
      application.use('/guarded/*', async (context, next) => {
        if (context.req.query('key') === undefined) return context.text('no', 401);
        return next();
      });
      application.get('/users/:id', (context) => context.text('user'));
      application.all('/any', (context) => context.text('any'));
      application.get('/guarded/:id', (context) => context.text('in'));
      application.get('/fails/:id', () => {
        throw new Error('failed');
      });
      const api = new Hono();
      api.get('/posts/:post', (context) => context.text('post'));
      application.route('/api/:tenant', api);
      application.onError((_, context) => context.text('failed', 500));
    });
    for (const path of ['/users/1', '/users/2', '/any', '/guarded/1', '/guarded/1?key=1', '/fails/1'])
      await get(url + path);
    for (const path of ['/api/a/posts/1', '/api/b/posts/2', '/none', '/guarded']) await get(url + path);
    await expectCounts(server, {
      'GET /users/:id 200': 2,
      'GET /any 200': 1,
      'GET /guarded/:id 401': 1,
      'GET /guarded/:id 200': 1,
      'GET /fails/:id 500 500': 1,
      'GET /api/:tenant/posts/:post 200': 2,
      'GET 404': 1,
      'GET /guarded/* 401': 1,
    });
    expect(rejected()).toEqual({});
  });

  test('reports the declared path that matched', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(honoRoutes(recorder));
      application.on(['GET', 'POST'], ['/old', '/new/:id'], (context) => context.text('done'));
      application.use('/hidden/*', async (context, _next) => context.notFound());
      const api = new Hono().basePath('/:tenant');
      api.use('/closed/*', async (context, _next) => context.text('no', 401));
      api.use('/passed/*', async (_, next) => next());
      application.route('/api', api);
      application.use(async (context, next) => (context.req.path === '/all' ? context.text('no', 401) : next()));
    });
    for (const path of ['/old', '/new/1', '/hidden/1', '/api/a/closed', '/api/a/passed', '/all']) await get(url + path);
    await expectCounts(server, {
      'GET /old 200': 1,
      'GET /new/:id 200': 1,
      'GET /api/:tenant/closed/* 401': 1,
      'GET 404': 2,
      'GET 401': 1,
    });
  });

  test('does not report middleware as the route, also if it has a method', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(honoRoutes(recorder));
      application.get('*', async (_, next) => next());
      application.get('/admin/*', async (context, next) => {
        if (context.req.query('key') === undefined) return context.text('no', 401);
        return next();
      });
      application.get('/users/:id', (context) => context.text('user'));
      application.get(
        '/checked/:id',
        async (_, next) => next(),
        (context) => context.text('checked'),
      );
      application.get('/admin/:id', (context) => context.text('in'));
      application.get('/fails/:id', () => {
        throw new Error('failed');
      });
      application.onError((_, context) => context.text('failed', 500));
      const part = new Hono();
      part.onError((_, context) => context.text('failed', 500));
      part.use(async (_, next) => next());
      part.all('/thing/:id', (context) => context.text('thing'));
      application.route('/part', part);
      application.get('*', (context) => context.text('anything'));
    });
    const paths = ['/users/1', '/checked/1', '/admin/1', '/admin/1?key=1', '/fails/1', '/part/thing/1', '/none'];
    for (const path of paths) await get(url + path);
    await expectCounts(server, {
      'GET /users/:id 200': 1,
      'GET /checked/:id 200': 1,
      'GET /admin/* 401': 1,
      'GET /admin/:id 200': 1,
      'GET /fails/:id 500 500': 1,
      'GET /part/thing/:id 200': 1,
      'GET /* 200': 1,
    });
  });

  test('prefers the route that the application sets', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(honoRoutes(recorder));
      application.get('/users/:id', (context) => {
        recorder.route((context.env as { incoming: IncomingMessage }).incoming, '/set');
        return context.text('user');
      });
    });
    await get(`${url}/users/1`);
    await expectCounts(server, { 'GET /set 200': 1 });
  });

  test('reports the route of a request that is aborted while it is handled', async () => {
    const { url, server, active } = await served((application, recorder) => {
      application.use(honoRoutes(recorder));
      application.get('*', async (_, next) => next());
      application.get('/slow/:id', () => new Promise<Response>(() => undefined));
    });
    const socket = await open(url);
    socket.write('GET /slow/1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await expectCounts(active, { GET: 1 });
    // Hono gets the request in the same tick in which the request starts.
    socket.destroy();
    await expectCounts(server, { 'GET /slow/:id aborted': 1 });
  });

  test('does not change the response where node:http does not serve', async () => {
    const { recorder, rejected } = start();
    const application = new Hono();
    application.use(honoRoutes(recorder));
    application.get('/', (context) => context.text('here'));
    expect(await (await application.request('/')).text()).toBe('here');
    expect(rejected()).toEqual({});
  });
});
