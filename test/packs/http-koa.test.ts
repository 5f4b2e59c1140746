/** Tests the routes of Koa, which need middleware. */
import { Router } from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { type HttpRecorder, koaRoutes } from 'otelier/packs/http';
import { describe, test } from 'vitest';
import { expectCounts, get, serve, start } from './http-traffic.js';

const answer: Middleware = (context) => {
  context.body = 'done';
};
const pass: Middleware = async (_, next) => void (await next());
const refuse: Middleware = (context) => {
  context.status = 401;
};

describe('koa', () => {
  async function served(prepare: (application: Koa, recorder: HttpRecorder) => void) {
    const measured = start({ client: false });
    const application = new Koa();
    application.silent = true;
    prepare(application, measured.recorder);
    return { ...measured, url: await serve(application.callback()) };
  }

  test('reports the route that a router set on the context', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(koaRoutes(recorder));
      // Sets the template or the pattern of the last matched layer, as @koa/router does.
      application.use((context) => {
        const [, id] = /^\/users\/(\w+)$/.exec(context.path) ?? [];
        if (id === undefined) return;
        context._matchedRoute = id === 'pattern' ? /^\/users\/pattern/ : '/users/:id';
        if (id === 'fails') throw new Error('failed');
        context.body = 'user';
      });
    });
    for (const path of ['/users/1', '/users/2', '/users/pattern', '/users/fails', '/none']) await get(url + path);
    await expectCounts(server, {
      'GET /users/:id 200': 2,
      'GET /^\\/users\\/pattern/ 200': 1,
      'GET /users/:id 500 500': 1,
      'GET 404': 1,
    });
  });

  test('reports the declared path of @koa/router that matched', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(koaRoutes(recorder));
      const users = new Router({ prefix: '/users' });
      users.get('/', answer);
      users.get(['/:id', '/:id/posts/:post'], answer);
      const router = new Router();
      router.use(pass);
      router.get(['/old', '/new/:id'], answer);
      router.get(/^\/v\d$/, answer);
      router.use(['/guarded', '/locked/:area'], refuse);
      router.get('/guarded/:id', answer);
      router.get('/locked/:area/:id', answer);
      router.get('/passed/:id', pass);
      router.use('/api/:tenant', users.routes());
      const closed = new Router({ prefix: '/closed' });
      closed.use(refuse);
      closed.get('/:id', answer);
      const rejecting = new Router();
      rejecting.use(refuse);
      rejecting.get('/rejected', answer);
      application.use(router.routes());
      application.use(closed.routes());
      application.use(rejecting.routes());
    });
    const expected = {
      '/old': '/old 200',
      '/new/1': '/new/:id 200',
      '/v1': '/^\\/v\\d$/ 200',
      '/guarded/1': '/guarded 401',
      '/locked/a/1': '/locked/:area 401',
      '/passed/1': '/passed/:id 404',
      '/api/a/users': '/api/:tenant/users 200',
      '/api/a/users/1': '/api/:tenant/users/:id 200',
      '/api/a/users/1/posts/2': '/api/:tenant/users/:id/posts/:post 200',
      '/closed/1': '/closed 401',
      '/rejected': '401',
      '/none': '404',
    };
    for (const path of Object.keys(expected)) await get(url + path);
    await expectCounts(server, Object.fromEntries(Object.values(expected).map((label) => [`GET ${label}`, 1])));
  });

  test('prefers the route that the application sets', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use(koaRoutes(recorder));
      application.use((context) => {
        context._matchedRoute = '/things/:id';
        recorder.route(context.req, '/set');
        context.body = 'thing';
      });
    });
    await get(`${url}/things/1`);
    await expectCounts(server, { 'GET /set 200': 1 });
  });

  test('reports the route that the application sets without middleware', async () => {
    const { url, server } = await served((application, recorder) => {
      application.use((context) => {
        recorder.route(context.req, '/things/:id');
        context.body = 'thing';
      });
    });
    await get(`${url}/things/1`);
    await expectCounts(server, { 'GET /things/:id 200': 1 });
  });
});
