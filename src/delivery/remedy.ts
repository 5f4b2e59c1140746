/** Remedies for failed exports: what to check or to set, by the reason of the failure. */
import type { BackendContext } from './contract.js';

/** Names of the settings of a destination, for messages: variables, places in a file, or options. */
export interface DestinationSettings {
  readonly endpoint: string;
  readonly credentials?: string;
  readonly protocol?: string;
  readonly maxRequestBytes?: string;
  /** Interval between exports. */
  readonly interval?: string;
  /** Variable with a value that disables the backend; present if neither a backend nor its endpoint was chosen. */
  readonly disable?: string;
}

/** Reasons that contain their remedy. */
const containsRemedy = /; perhaps |, check [A-Z]|\b[A-Z_]+=/;

/** Reasons, and the remedy for each. The first one that applies decides. */
const remedies: readonly (readonly [reason: RegExp, remedy: (settings: DestinationSettings) => string | undefined])[] =
  [
    [/^HTTP 400\b.*:|^HTTP 422\b.*:|^gRPC INVALID_ARGUMENT\b.*:/, () => "see the server's answer"],
    [/^HTTP 4(?:00|22)\b|^gRPC INVALID_ARGUMENT/, () => "see the server's log"],
    [
      /^HTTP 413\b/,
      ({ maxRequestBytes }) =>
        maxRequestBytes === undefined ? "raise the server's limit of requests" : `lower ${maxRequestBytes}`,
    ],
    [
      /^HTTP 429\b|^gRPC RESOURCE_EXHAUSTED/,
      ({ interval }) => (interval === undefined ? "see the server's limits" : `raise ${interval}`),
    ],
    [/^HTTP 50[24]\b/, () => 'check the server behind the proxy'],
    [/^HTTP 503\b/, () => 'check if the server is ready'],
    [/^HTTP 5\d\d\b|^gRPC (?:INTERNAL|UNKNOWN|DATA_LOSS)\b/, () => "see the server's log"],
    [/./, ({ endpoint, disable }) => (disable === undefined ? undefined : `set ${endpoint}, or ${disable}`)],
    [/^host not /, ({ endpoint }) => `check the host in ${endpoint}`],
    [/^(?:E[A-Z]+\b|no answer within)/, ({ endpoint }) => `check ${endpoint}`],
    [/^HTTP 40[45]\b|^gRPC UNIMPLEMENTED/, ({ endpoint }) => `check the path in ${endpoint}`],
    [/^HTTP 40[137]\b|^gRPC (?:UNAUTHENTICATED|PERMISSION_DENIED)/, checkOf('credentials')],
    [/^HTTP 415\b/, checkOf('protocol')],
    [/^HTTP 3\d\d\b|^HTTP 2\d\d, but the response is/, ({ endpoint }) => `check ${endpoint}`],
  ];

function checkOf(setting: 'credentials' | 'protocol') {
  return ({ [setting]: name }: DestinationSettings) => (name === undefined ? undefined : `check ${name}`);
}

/** Returns the next step after a failed export; `undefined` if none is known. */
export function remedyFor(reason: string, settings: DestinationSettings): string | undefined {
  if (containsRemedy.test(reason)) return undefined;
  for (const [pattern, remedy] of remedies) {
    const found = pattern.test(reason) ? remedy(settings) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the name of the general option of the interval, as what chose the backend would set it. */
export function intervalSetting({ chosenBy }: Pick<BackendContext, 'chosenBy'>): string {
  return chosenBy === 'code' ? 'exportIntervalMs' : 'OTEL_METRIC_EXPORT_INTERVAL';
}

/** Returns the reason of a failed connection without the words of Node and without the host, which the URL contains. */
export function briefly(reason: string): string {
  return reason
    .replace(/^connect (?=E[A-Z]+\b)/, '')
    .replace(/^getaddrinfo (ENOTFOUND)\b.*$/, 'host not found ($1)')
    .replace(/^getaddrinfo (EAI_AGAIN)\b.*$/, 'host not resolved ($1)');
}

/** Returns what set an option of a backend; without a setting and with a backend that no code chose, the variable for it. */
export function settingOf(
  { sourceOf, chosenBy }: Pick<BackendContext, 'sourceOf' | 'chosenBy'>,
  option: string,
  variable: string,
): string {
  const source = sourceOf?.(option);
  return source === undefined || (chosenBy !== 'code' && !/^[A-Z][A-Z\d_]+$|:/.test(source)) ? variable : source;
}
