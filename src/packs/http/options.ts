/** Options of the pack, and their validation. */
import type { IncomingMessage } from 'node:http';
import { MetricsError, type Problem } from '../../errors.js';
import { otherValue } from '../../model/instrument.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { checkedOptions, unknownOptions, wrongFlags } from '../kit/options.js';
import { defaultMethods } from './codes.js';

/** An outgoing request of the application. */
export interface OutgoingRequest {
  readonly method: string;
  /** Scheme, host and port: `https://api.example` or `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

/** Options of the pack. */
export interface HttpOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** True to measure requests to servers of this process; the default. */
  readonly server?: boolean;
  /** True to measure requests of this process to other servers; the default. */
  readonly client?: boolean;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default
   * buckets end at 10 seconds, as in the semantic conventions.
   */
  readonly maxExpectedSeconds?: number;
  /** Maximum number of routes, 1 to 2000; later ones become `_OTHER`. 200 by default. */
  readonly routes?: number;
  /** Maximum number of requested servers, 1 to 2000; later ones become `_OTHER`. 100 by default. */
  readonly servers?: number;
  /**
   * Host names of the servers of this process, as clients write them in `Host`: `shop.example`, `localhost:8080`. When
   * set, server metrics have `server.address` and `server.port`; unlisted names become `_OTHER`.
   */
  readonly hosts?: readonly string[];
  /**
   * Known methods, case-sensitive; all other methods become `_OTHER`. By default the comma-separated list in
   * `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, or else the ten methods of the semantic conventions.
   */
  readonly methods?: readonly string[];
  /** Returns true for an incoming request not to measure, such as a health check. Called when the request begins. */
  readonly ignoreIncoming?: (request: IncomingMessage) => boolean;
  /** Returns true for an outgoing request not to measure. Called when the request ends. */
  readonly ignoreOutgoing?: (request: OutgoingRequest) => boolean;
}

/** Validated options, with defaults applied. */
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
  'maxExpectedSeconds',
];
const methodsVariable = 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS';
/** Codes of methods and hosts have six bits each in the key of a cached series. */
const maxListLength = 60;
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const hostName = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Validates the options and applies defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function settingsOf(options: HttpOptions): HttpSettings {
  const {
    server = true,
    client = true,
    maxExpectedSeconds,
    routes = 200,
    servers = 100,
    hosts = [],
    methods = methodsOf(process.env[methodsVariable]),
    ignoreIncoming,
    ignoreOutgoing,
  } = checkedOptions('http', options);
  const problems: Problem[] = [
    ...unknownOptions('http', options, known),
    ...wrongFlags('http', { server, client }),
    ...wrongMaxExpectedSeconds('http', maxExpectedSeconds),
  ];
  const check = (name: string, value: unknown, isValid: boolean, expected: string) => {
    if (!isValid) problems.push({ where: `http.${name}`, value, expected });
  };
  for (const [name, value] of Object.entries({ routes, servers })) {
    check(name, value, isCount(value), 'a whole number from 1 to 2000');
  }
  check(
    'hosts',
    hosts,
    isListOf(hosts, hostName),
    `at most ${maxListLength} different host names, with or without a port`,
  );
  check(
    'methods',
    methods,
    isListOf(methods, token) && methods.length > 0,
    `1 to ${maxListLength} different method names`,
  );
  for (const [name, value] of Object.entries({ ignoreIncoming, ignoreOutgoing })) {
    check(name, value, value === undefined || typeof value === 'function', 'a function that takes the request');
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return {
    server,
    client,
    routes,
    servers,
    hosts: [...hosts],
    // `_OTHER` is always added as the last method.
    methods: methods.filter((name) => name !== otherValue),
    ignoreIncoming,
    ignoreOutgoing,
  };
}

/** Returns the methods of the environment variable; the default methods if the variable is not a valid list. */
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
    value.length <= maxListLength &&
    new Set(value).size === value.length &&
    value.every((name) => typeof name === 'string' && pattern.test(name))
  );
}
