/** Express 4 and 5 as the tests of the pack `http` use them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import { expectCounts, get, serve, start } from './http-traffic.js';

/** The members of Express that the tests use; Express has no types. */
interface Response extends ServerResponse {
  send(body: string): void;
  status(code: number): Response;
}
type Next = (error?: unknown) => void;
export type Handler = (
  request: IncomingMessage & { params: Record<string, string> },
  response: Response,
  next: Next,
) => void;
type ErrorHandler = (error: Error, request: IncomingMessage, response: Response, next: Next) => void;
type Path = string | RegExp | readonly Path[];
export interface Router {
  readonly router?: unknown;
  readonly _router?: unknown;
  (request: IncomingMessage, response: ServerResponse, next?: Next): void;
  get(path: Path, ...handlers: Handler[]): Router;
  all(path: Path, handler: Handler): Router;
  route(path: Path): { get(handler: Handler): { post(handler: Handler): void } };
  use(handler: Router | Handler | ErrorHandler): Router;
  use(path: Path, ...handlers: (Router | Handler | ErrorHandler)[]): Router;
}
export interface Express {
  (): Router & { set(name: string, value: unknown): void };
  Router(options?: { mergeParams?: boolean; caseSensitive?: boolean; strict?: boolean }): Router;
}

export const answer: Handler = (_, response) => response.send('done');
export const fail: Handler = () => {
  throw new Error('failed');
};
export const pass: Handler = (_request, _response, next) => next();
export const refuse: Handler = (_, response) => response.status(401).send('no');
export const quiet: ErrorHandler = (_error, _request, response, _next) => void response.status(500).send('failed');

/** Serves an application, requests every path once, and expects the counts. */
export async function expectRoutes(application: Router, paths: readonly string[], expected: Record<string, number>) {
  const { server, rejected, active } = start({ client: false });
  const url = await serve(application);
  for (const path of paths) await get(url + path);
  await expectCounts(server, expected);
  expect(await active()).toEqual({ GET: 0 });
  expect(rejected()).toEqual({});
}

const require = createRequire(import.meta.url);

/** The tested versions. `rest` is a wildcard, which has a name in Express 5. */
export const versions = [
  { version: 4, express: require('express4') as Express, rest: '*' },
  { version: 5, express: require('express') as Express, rest: '*rest' },
];
