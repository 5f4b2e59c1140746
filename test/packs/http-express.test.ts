/** Tests how the pack `http` reads the routes of unchanged Express 4 and 5 applications. */
import { describe, expect, test } from 'vitest';
import { open } from '../support/http-raw.js';
import { answer, expectRoutes, fail, type Handler, pass, quiet, versions } from './express.js';
import { expectCounts, get, serve, start } from './http-traffic.js';

describe.each(versions)('express $version', ({ version, express, rest }) => {
  test('records routes as declared', async () => {
    const application = express();
    application.get('/', answer);
    application.get('/users/:id', answer);
    application.all('/any', answer);
    application.route('/both').get(answer).post(answer);
    application.get(/^\/v\d$/, answer);
    application.get(['/old', '/new'], answer);
    application.get(`/files/${rest}`, answer);
    await expectRoutes(
      application,
      ['/', '/users/1', '/users/2?a=b', '/any', '/both', '/v1', '/v2', '/old', '/new', '/files/a/b', '/files/c'],
      {
        'GET / 200': 1,
        'GET /users/:id 200': 2,
        'GET /any 200': 1,
        'GET /both 200': 1,
        'GET /^\\/v\\d$/ 200': 2,
        'GET /old 200': 1,
        'GET /new 200': 1,
        [`GET /files/${rest} 200`]: 2,
      },
    );
  });

  test('records no route when none matched', async () => {
    const application = express();
    application.use(pass);
    application.get('/known', answer);
    application.use('/static', pass);
    await expectRoutes(application, ['/a', '/b', '/static/c', '/known'], { 'GET 404': 3, 'GET /known 200': 1 });
  });

  test('records the declared mount paths of nested routers, not the requested path', async () => {
    const application = express();
    const [api, users, posts] = [express.Router(), express.Router(), express.Router({ mergeParams: true })];
    application.use('/api', api);
    api.use('/:tenant/users', users);
    api.get('/', answer);
    users.get('/', answer);
    users.get('/:id', (request, response) => response.send(String(request.params['tenant'])));
    users.use('/:id/posts', posts);
    posts.get('/:post', answer);
    await expectRoutes(
      application,
      ['/api', '/api/', '/api/a/users', '/api/b/users/1', '/api/c/users/2', '/api/d/users/3/posts/4', '/api/none'],
      {
        'GET /api 200': 2,
        'GET /api/:tenant/users 200': 1,
        'GET /api/:tenant/users/:id 200': 2,
        'GET /api/:tenant/users/:id/posts/:post 200': 1,
        'GET 404': 1,
      },
    );
  });

  test('records the route that failed, wherever the error is handled', async () => {
    const application = express();
    const users = express.Router();
    users.get('/:id', fail);
    users.get('/:id/late', (_request, _response, next) => setImmediate(() => next(new Error('late'))));
    application.use('/api', users);
    application.get('/top', fail);
    application.use(quiet);
    await expectRoutes(application, ['/api/1', '/api/2', '/api/3/late', '/top'], {
      'GET /api/:id 500 500': 2,
      'GET /api/:id/late 500 500': 1,
      'GET /top 500 500': 1,
    });
  });

  test('records the requested mount of a router that is mounted twice', async () => {
    const application = express();
    const users = express.Router();
    users.get('/users/:id', answer);
    users.get('/fails/:id', fail);
    application.use('/', users);
    application.use('/v1', users);
    application.use(['/v2', '/v3'], users);
    application.use(quiet);
    await expectRoutes(
      application,
      ['/users/1', '/v1/users/1', '/v1/users/2', '/v1/fails/3', '/v3/users/3', '/v1?a=/v2'],
      {
        'GET /users/:id 200': 1,
        'GET /v1/users/:id 200': 2,
        'GET /v1/fails/:id 500 500': 1,
        'GET /v3/users/:id 200': 1,
        'GET 404': 1,
      },
    );
  });

  test('joins the paths of nested applications', async () => {
    const application = express();
    const [admin, reports, router] = [express(), express(), express.Router()];
    router.get('/:id', answer);
    reports.use('/yearly', router);
    reports.get('/fails', fail);
    reports.use(quiet);
    admin.use('/reports', reports);
    admin.get('/', answer);
    application.use('/admin/:area', admin);
    await expectRoutes(application, ['/admin/a', '/admin/b/reports/yearly/7', '/admin/c/reports/fails'], {
      'GET /admin/:area 200': 1,
      'GET /admin/:area/reports/yearly/:id 200': 1,
      'GET /admin/:area/reports/fails 500 500': 1,
    });
  });

  test('records no wrong route for an application that is mounted twice', async () => {
    const application = express();
    const users = express();
    users.get('/users/:id', answer);
    application.use('/v1', users);
    application.use('/v2', users);
    await expectRoutes(application, ['/v1/users/1', '/v2/users/1', '/v2/users/2', '/v1/users/2'], {
      'GET 200': 2,
      'GET /v2/users/:id 200': 2,
    });
  });

  test('records the requested mount of a router that two applications share', async () => {
    const application = express();
    const admin = express();
    const common = express.Router();
    common.get('/health', (request, response, next) =>
      request.url?.includes('fail') ? next(new Error()) : response.send(''),
    );
    application.use(common);
    admin.use(common);
    application.use('/admin', admin);
    application.use(quiet);
    const failing = '/admin/health?fail';
    await expectRoutes(application, ['/health', '/health?fail', failing, '/admin/health', failing, '/health'], {
      'GET /health 200': 2,
      'GET /health 500 500': 1,
      'GET 500 500': 1,
      'GET /admin/health 200': 1,
      'GET /admin/health 500 500': 1,
    });
  });

  test('records the routes of a router that is mounted twice in a nested application', async () => {
    const application = express();
    const [area, letters] = [express(), express.Router()];
    letters.get('/:letter', answer);
    area.use('/small', letters);
    area.use('/large', letters);
    application.use(['/area', '/place'], area);
    await expectRoutes(application, ['/area/small/a', '/area/large/a', '/place/large/b'], {
      'GET /area/small/:letter 200': 1,
      'GET /area/large/:letter 200': 1,
      'GET /place/large/:letter 200': 1,
    });
  });

  test('records the mount of a router that the search does not find, and searches once', async () => {
    const application = express();
    const hidden = express.Router();
    hidden.get('/:id', answer);
    const hiding: Handler = (request, response, next) => hidden(request, response, next);
    application.use('/hidden', hiding);
    const layer = (application[version === 4 ? '_router' : 'router'] as { stack: object[] }).stack.at(-1);
    let [reads, readBefore] = [0, 0];
    Object.defineProperty(layer, 'route', { get: () => void reads++ });
    const { server } = start({ client: false });
    const url = await serve(application);
    // Express reads the layer equally often for each request; the pack reads it for the first request only.
    const readsOf: number[] = [];
    for (const id of [1, 2, 3]) {
      await get(`${url}/hidden/${id}`);
      await expectCounts(server, { 'GET /hidden 200': id });
      readsOf.push(reads - readBefore);
      readBefore = reads;
    }
    expect(readsOf[1]).toBeLessThan(readsOf[0] as number);
    expect(readsOf[2]).toBe(readsOf[1]);
  });

  test('records the route of an error that leaves an application only after the route was matched within it', async () => {
    const application = express();
    const admin = express();
    admin.get('/:id', (request, response, next) =>
      request.url?.includes('fail') ? next(new Error()) : response.send(''),
    );
    application.use('/admin', admin);
    application.use(quiet);
    await expectRoutes(application, ['/admin/fail', '/admin/1', '/admin/fail'], {
      'GET 500 500': 1,
      'GET /admin/:id 200': 1,
      'GET /admin/:id 500 500': 1,
    });
  });

  test('records the route of an aborted request', async () => {
    const { server, active } = start({ client: false });
    const application = express();
    application.get('/slow/:id', () => undefined);
    const socket = await open(await serve(application));
    socket.write('GET /slow/1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await expectCounts(active, { GET: 1 });
    socket.destroy();
    await expectCounts(server, { 'GET /slow/:id aborted': 1 });
  });

  test('prefers the route that the application sets', async () => {
    const { server, recorder } = start({ client: false });
    const application = express();
    application.get(`/search/${rest}`, (request, response) => {
      recorder.route(request, '/search/{anything}');
      response.send('found');
    });
    await get(`${await serve(application)}/search/a/b`);
    await expectCounts(server, { 'GET /search/{anything} 200': 1 });
  });
});
