/** Options of the pack, checked all at once. */
import type { IncomingMessage } from 'node:http';
import { MetricsError, type Problem } from '../../errors.js';
import { otherValue } from '../../model/instrument.js';
import { unknownOptions } from '../kit/options.js';
import { defaultMethods } from './words.js';

/** A request that the application made. */
export interface OutgoingRequest {
  readonly method: string;
  /** Scheme, host and port, such as `https://api.example` or `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

/** Options of the pack. */
export interface HttpOptions {
  /** Put before every metric name. */
  readonly namespace?: string;
  /** Whether requests to servers of this process are measured; yes by default. */
  readonly server?: boolean;
  /** Whether requests of this process to others are measured; yes by default. */
  readonly client?: boolean;
  /** Routes that have series of their own; the first 200 by default. */
  readonly routes?: number;
  /** Servers requested that have series of their own; the first 100 by default. */
  readonly servers?: number;
  /**
   * What clients call the servers of this process, as they write it in `Host`: `shop.example`, `localhost:8080`. Where
   * given, requests carry `server.address` and `server.port`; names that are not listed are `_OTHER`.
   */
  readonly hosts?: readonly string[];
  /**
   * Methods that are told apart, as they are written; any other one is `_OTHER`. By default those of
   * `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, separated by commas, or else the ten of the semantic conventions.
   */
  readonly methods?: readonly string[];
  /** Requests to servers of this process that are not measured, such as health checks; asked when they begin. */
  readonly ignoreIncoming?: (request: IncomingMessage) => boolean;
  /** Requests to others that are not measured; asked when they ended. */
  readonly ignoreOutgoing?: (request: OutgoingRequest) => boolean;
}

/** Options with their defaults. */
export interface HttpSettings {
  readonly server: boolean;
  readonly client: boolean;
  readonly routes: number;
  readonly servers: number;
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
  readonly ignoreIncoming: ((request: IncomingMessage) => boolean) | undefined;
  readonly ignoreOutgoing: ((request: OutgoingRequest) => boolean) | undefined;
}

const known = [
  'namespace',
  'server',
  'client',
  'routes',
  'servers',
  'hosts',
  'methods',
  'ignoreIncoming',
  'ignoreOutgoing',
];
const methodsVariable = 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS';
/** More of them would have no place in the number that a series is found by. */
const mostWords = 60;
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const hostName = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * The options, defaults filled in.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong.
 */
export function settingsOf(options: HttpOptions): HttpSettings {
  const {
    server = true,
    client = true,
    routes = 200,
    servers = 100,
    hosts = [],
    methods = methodsOf(process.env[methodsVariable]),
    ignoreIncoming,
    ignoreOutgoing,
  } = options;
  const problems: Problem[] = unknownOptions('http', options, known);
  const check = (name: string, value: unknown, good: boolean, expected: string) => {
    if (!good) problems.push({ where: `http.${name}`, value, expected });
  };
  for (const [name, value] of Object.entries({ server, client })) {
    check(name, value, typeof value === 'boolean', 'true or false');
  }
  for (const [name, value] of Object.entries({ routes, servers })) {
    check(name, value, isCount(value), 'a whole number from 1 to 2000');
  }
  check('hosts', hosts, isListOf(hosts, hostName), `at most ${mostWords} names as in Host, with or without a port`);
  check('methods', methods, isListOf(methods, token) && methods.length > 0, `1 to ${mostWords} names of methods`);
  for (const [name, value] of Object.entries({ ignoreIncoming, ignoreOutgoing })) {
    check(name, value, value === undefined || typeof value === 'function', 'a function of the request');
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return {
    server,
    client,
    routes,
    servers,
    hosts: [...hosts],
    // It stands for all others anyway.
    methods: methods.filter((name) => name !== otherValue),
    ignoreIncoming,
    ignoreOutgoing,
  };
}

/** A variable that is wrong never throws. */
function methodsOf(variable: string | undefined): readonly string[] {
  const methods = [...new Set((variable ?? '').split(',').map((name) => name.trim()))];
  return isListOf(methods, token) ? methods : defaultMethods;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2_000;
}

function isListOf(value: unknown, pattern: RegExp): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= mostWords &&
    new Set(value).size === value.length &&
    value.every((name) => typeof name === 'string' && pattern.test(name))
  );
}
