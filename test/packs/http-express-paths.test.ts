/** Tests which declared path labels a request, for every way to declare one in Express 4 and 5. */
import { describe, test } from 'vitest';
import {
  answer,
  type Express,
  expectRoutes,
  fail,
  type Handler,
  pass,
  quiet,
  type Router,
  refuse,
  versions,
} from './express.js';

/** A way to declare paths. */
interface Case {
  readonly name: string;
  /** The only version that supports it. */
  readonly only?: 4 | 5;
  build(application: Router, express: Express, rest: string): void;
  /** The recorded route and status by requested path; `*` stands for the wildcard of the version. */
  readonly expected: Readonly<Record<string, string>>;
}

/** Returns a router with the routes `/` and `/:id`. */
function itemsOf(express: Express): Router {
  return express.Router().get('/', answer).get('/:id', answer);
}

const cases: readonly Case[] = [
  {
    name: 'a list of routes',
    build: (application) => void application.get(['/old', '/new/:id', /^\/v\d$/, ['/nested/:id']], answer),
    expected: {
      '/old': '/old 200',
      '/new/1': '/new/:id 200',
      '/v1': '/^\\/v\\d$/ 200',
      '/nested/2': '/nested/:id 200',
    },
  },
  {
    name: 'a list of routes of which several match',
    build: (application) => void application.get(['/:any', '/known'], answer),
    expected: { '/known': '/:any 200', '/other': '/:any 200' },
  },
  {
    name: 'a list of routes in a strict and case-sensitive router',
    build: (application, express) => {
      const router = express.Router({ strict: true, caseSensitive: true });
      application.use('/s', router.get(['/Old', '/new/'], answer));
    },
    expected: { '/s/Old': '/s/Old 200', '/s/new/': '/s/new/ 200', '/s/old': '404', '/s/new': '404' },
  },
  {
    name: 'a failing handler of a list of routes',
    build: (application, express) => {
      application.use('/api', express.Router().get(['/a/:id', '/b/:id'], fail));
      application.use(quiet);
    },
    expected: { '/api/a/1': '/api/a/:id 500 500', '/api/b/2': '/api/b/:id 500 500' },
  },
  {
    name: 'a router at a list of paths',
    build: (application, express) => void application.use(['/v1', ['/v2/:tenant', '/v3']], itemsOf(express)),
    expected: { '/v1/1': '/v1/:id 200', '/v2/a/2': '/v2/:tenant/:id 200', '/v3': '/v3 200', '/v3/4': '/v3/:id 200' },
  },
  {
    name: 'a router at regular expressions',
    build: (application, express) => {
      application.use(/^\/w\d/, itemsOf(express));
      application.use([/^\/x\d/, '/y'], itemsOf(express));
    },
    expected: { '/w1/1': '/^\\/w\\d/:id 200', '/x1/1': '/^\\/x\\d/:id 200', '/y/2': '/y/:id 200' },
  },
  {
    name: 'a router at a list of regular expressions',
    only: 5,
    build: (application, express) => void application.use([/^\/p\d/, /^\/q|^\/r/], itemsOf(express)),
    expected: { '/p1/1': '/^\\/p\\d/:id 200', '/q/1': '/^\\/q|^\\/r/:id 200', '/r/1': '/^\\/q|^\\/r/:id 200' },
  },
  {
    name: 'a router at paths that only Express 4 has',
    only: 4,
    build: (application, express) => {
      application.use('/id/:id(\\d+)', itemsOf(express));
      application.use('/opt/:name?', express.Router().get('/end', answer));
      application.use('/file/:name.:ext', itemsOf(express));
      application.use('/range/:from-:to', itemsOf(express));
      application.use('/many/:parts*', itemsOf(express));
      application.use('/wild/*', express.Router().get('/', answer));
      application.use('/slash/:path([a/]+)', itemsOf(express));
      application.use('/group(/part)?', itemsOf(express));
      application.use('/plus+', itemsOf(express));
    },
    expected: {
      '/id/7/1': '/id/:id(\\d+)/:id 200',
      '/opt/x/end': '/opt/:name?/end 200',
      '/file/a.txt/1': '/file/:name.:ext/:id 200',
      '/range/1-2/3': '/range/:from-:to/:id 200',
      '/many/1': '/many/:parts* 200',
      '/wild/any/thing': '/wild/* 200',
      '/slash/a/1': '/slash/:path([a/]+)/:id 200',
      '/group/part/1': '/^\\/group(\\/part)?\\/?(?=\\/|$)/i/:id 200',
      '/plusss/1': '/plus+/:id 200',
    },
  },
  {
    name: 'paths in another case than declared',
    build: (application, express) => void application.use(['/Api', '/Other/:Name'], itemsOf(express)),
    expected: { '/API/1': '/Api/:id 200', '/api/1': '/Api/:id 200', '/other/n/1': '/Other/:Name/:id 200' },
  },
  {
    name: 'an application at a list of paths',
    build: (application, express) => {
      const inner = express();
      inner.get(['/a', '/b/:id'], answer);
      inner.use('/guarded', refuse);
      application.use(['/area', '/place/:name', /^\/z\d/], inner);
    },
    expected: {
      '/area/a': '/area/a 200',
      '/place/x/b/1': '/place/:name/b/:id 200',
      '/z1/a': '/^\\/z\\d/a 200',
      '/place/x/guarded/1': '/place/:name/guarded 401',
    },
  },
  {
    name: 'a function that answers at its mount',
    build: (application, express) => {
      application.use(pass);
      application.use('/static', answer);
      application.use(['/one', '/two/:id'], answer);
      application.use('/api', refuse, itemsOf(express));
      application.use('/users/:id', express.Router().use(refuse));
      application.use('/deep', express.Router().use('/in/:part', express.Router().use('/er', refuse)));
    },
    expected: {
      '/static': '/static 200',
      '/static/a/b': '/static 200',
      '/one/x': '/one 200',
      '/two/3/x': '/two/:id 200',
      '/api/1': '/api 401',
      '/users/7/posts': '/users/:id 401',
      '/deep/in/here/er/x': '/deep/in/:part/er 401',
      '/deep/in/here': '404',
    },
  },
  {
    name: 'a function that answers without a mount',
    build: (application) => void application.use(refuse),
    expected: { '/': '401', '/any': '401' },
  },
  {
    name: 'a function that answers at a wildcard',
    build: (application, _, rest) => void application.use(`/${rest}`, answer),
    expected: { '/any': '/* 200' },
  },
  {
    name: 'a function that answers after a route passed the request on',
    build: (application, express, rest) => {
      application.all(`/${rest}`, pass);
      application.use('/api', express.Router().get('/known', answer).use(refuse));
    },
    expected: { '/api/known': '/api/known 200', '/api/unknown': '/api 401' },
  },
  {
    name: 'an error handler at a mount',
    build: (application, express) => {
      const inner = express.Router().get('/:id', fail);
      application.use('/api', express.Router().use('/users', inner).use(quiet));
      application.use('/other', fail, quiet);
    },
    expected: { '/api/users/1': '/api/users/:id 500 500', '/other/x': '/other 500 500' },
  },
  {
    name: 'mounts with different paths, of which any may have answered',
    build: (application) => {
      application.use('/:any', pass);
      application.use('/known', answer);
    },
    expected: { '/known/x': '200' },
  },
  {
    name: 'mounts with equal paths',
    build: (application) => {
      application.use('/known', pass);
      application.use('/known', answer);
    },
    expected: { '/known/x': '/known 200' },
  },
  {
    name: 'an application below a router, whose mounts are unknown',
    build: (application, express) => {
      const inner = express();
      inner.get('/:id', answer);
      application.use('/outer', express.Router().use('/inner', inner));
    },
    expected: { '/outer/inner/1': '200' },
  },
  {
    name: 'a URL that is rewritten',
    build: (application, express) => {
      const rewrite: Handler = (request, _, next) => {
        request.url = request.url?.replace('/public', '/api') ?? '';
        next();
      };
      application.use(rewrite);
      application.use(
        '/api',
        express.Router().get(['/a/:id', '/b/:id'], (request, response) => {
          request.url = '/elsewhere';
          response.send('done');
        }),
      );
    },
    expected: { '/api/a/1': '/api/a/:id 200' },
  },
];

describe.each(versions)('express $version', ({ version, express, rest }) => {
  test.each(cases.filter(({ only = version }) => only === version))('labels $name', async ({ build, expected }) => {
    const application = express();
    build(application, express, rest);
    const counts: Record<string, number> = {};
    for (const label of Object.values(expected)) {
      const key = `GET ${label.replace(/^\/\*/, `/${rest}`)}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    await expectRoutes(application, Object.keys(expected), counts);
  });
});
