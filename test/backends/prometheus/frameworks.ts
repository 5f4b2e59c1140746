/** Web frameworks that mount an endpoint: each serves `/hello` itself and passes all other requests on. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { serve as serveHono } from '@hono/node-server';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { MountedPrometheus } from 'otelier/backends/prometheus';
import { afterwards } from './serving.js';

const require = createRequire(import.meta.url);

/** The parts of express and koa that the tests use; both packages contain no types. */
interface Express {
  (request: IncomingMessage, response: ServerResponse): void;
  get(path: string, handler: (request: IncomingMessage, response: { send(body: string): void }) => void): void;
  use(handler: MountedPrometheus['handler']): void;
}
interface KoaContext {
  readonly path: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  body: string;
  respond: boolean;
}
interface Koa {
  /** True to not log connection errors. */
  silent: boolean;
  use(middleware: (context: KoaContext) => Promise<void> | void): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
}
const express = require('express') as () => Express;
const KoaApplication = require('koa') as new () => Koa;

/** Mounts an endpoint in an application and returns the origin of the application. */
export type Mount = (endpoint: MountedPrometheus) => Promise<string>;

export const mounts: Readonly<Record<'node' | 'express' | 'fastify' | 'koa' | 'hono', Mount>> = {
  node: (endpoint) =>
    listen((request, response) => {
      if (request.url === '/hello') response.end('hello');
      else void endpoint.handler(request, response);
    }),

  express(endpoint) {
    const application = express();
    application.get('/hello', (_, response) => response.send('hello'));
    application.use(endpoint.handler);
    return listen(application);
  },

  async fastify(endpoint) {
    const application = fastify();
    application.get('/hello', () => 'hello');
    application.all('/*', (request, reply) => {
      reply.hijack();
      return endpoint.handler(request.raw, reply.raw);
    });
    afterwards(() => application.close());
    return application.listen({ host: '127.0.0.1', port: 0 });
  },

  koa(endpoint) {
    const application = new KoaApplication();
    application.silent = true;
    application.use(async (context) => {
      if (context.path === '/hello') {
        context.body = 'hello';
        return;
      }
      context.respond = false;
      await endpoint.handler(context.req, context.res);
    });
    return listen(application.callback());
  },

  async hono(endpoint) {
    const application = new Hono();
    application.get('/hello', (context) => context.text('hello'));
    application.all('*', (context) => endpoint.fetch(context.req.raw));
    const server = serveHono({ fetch: application.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
    return addressOf(server);
  },
};

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  return addressOf(createServer(listener).listen(0, '127.0.0.1'));
}

async function addressOf(server: Server): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
