/** Options of other libraries without an option of the same meaning here, and what replaces each of them. */
import { lettersOf } from '../errors/nearest.js';

type Replacements = Readonly<Record<string, string>>;

const namespace = 'a namespace in its place: defineCatalogue(definitions, { namespace })';
const labels = 'resource in its place, and prometheus({ resourceLabels }) for labels of every sample';
const registry = 'no registry in its place: metrics.exposition() returns the metrics';
const bearer = "headers: { authorization: 'Bearer TOKEN' } in its place";
const basic = "headers: { authorization: 'Basic CREDENTIALS' } in its place";
const users = 'users in its place, with hashes of hashPassword()';
const serverFiles = 'tlsCertificateFile and tlsKeyFile in its place';
const metricsPath =
  "no option in its place: the path is always /metrics; basePath: '/internal' serves /internal/metrics";
const certificates = 'certificate, clientKey and clientCertificate in its place';

/** Replacements of options of `startMetrics`, and of backends unless their table has others. Keys are letters and digits. */
const common: Replacements = {
  prefix: namespace,
  metricprefix: namespace,
  defaultlabels: labels,
  labels,
  register: registry,
  registers: registry,
  registry,
};

/** Replacements of options of `startMetrics` alone. */
const ofStart: Replacements = {
  metricspath: metricsPath.replace('basePath', 'prometheus() with basePath'),
};

/** Replacements by the kind of a backend. */
const ofBackends: Readonly<Record<string, Replacements>> = {
  otlp: {
    token: bearer,
    bearertoken: bearer,
    accesstoken: bearer,
    apitoken: bearer,
    authorization: bearer,
    auth: bearer,
    apikey: "headers: { 'api-key': 'KEY' } in its place, or preset, which reads a variable for the key",
    licensekey: "headers: { 'api-key': 'KEY' } in its place, or preset, which reads a variable for the key",
    username: basic,
    user: basic,
    password: basic,
    basicauth: basic,
    tls: certificates,
    ssl: certificates,
    https: "endpoint: 'https://...' in its place",
    concurrencylimit: 'no option in its place: one export runs at a time',
    keepalive: 'no option in its place: connections are kept alive',
    httpagentoptions: certificates,
    credentials: certificates,
    useragent: "headers: { 'user-agent': ... } in its place",
  },
  prometheus: {
    username: users,
    user: users,
    password: users,
    apikey: 'bearerTokens in its place',
    tls: serverFiles,
    ssl: serverFiles,
    https: serverFiles,
    preventserverstart: 'mountedPrometheus() in place of prometheus()',
    server: 'mountedPrometheus() in place of prometheus()',
    endpoint: metricsPath,
    path: metricsPath,
    metricspath: metricsPath,
    metricsendpoint: metricsPath,
    metricspathname: metricsPath,
    route: metricsPath,
    appendtimestamp: 'no option in its place: Prometheus sets the time of each scrape',
  },
  datadog: {
    token: 'apiKey in its place',
    bearertoken: 'apiKey in its place',
    headers: 'apiKey in its place',
    appkey: 'no option in its place: the API key suffices',
    applicationkey: 'no option in its place: the API key suffices',
    port: "otlp({ preset: 'datadog-agent' }) for an Agent; datadog() sends to Datadog's API",
    agenthost: "otlp({ preset: 'datadog-agent' }) for an Agent; datadog() sends to Datadog's API",
    protocol: "otlp({ preset: 'datadog-agent' }) for an Agent; datadog() sends to Datadog's API",
    samplerate: 'no option in its place: every measurement counts',
  },
  pushgateway: {
    auth: 'username and password in its place',
    basicauth: 'username and password in its place',
    authorization: 'bearerToken in its place, or username and password',
    apikey: 'bearerToken in its place, or headers',
    tls: certificates,
    ssl: certificates,
    https: "url: 'https://...' in its place",
    agent: certificates,
  },
};

/**
 * Returns what is expected in place of an option; `undefined` if no replacement is known.
 *
 * @param kind name of the kind of backend that the option was given to; absent for an option of `startMetrics`.
 */
export function replacementOf(option: string, kind?: string): string | undefined {
  const letters = lettersOf(option);
  const tables = [kind === undefined ? ofStart : ofBackends[kind], common];
  return tables.find((table) => table !== undefined && Object.hasOwn(table, letters))?.[letters];
}
