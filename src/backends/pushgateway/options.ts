/** Options of pushing to a Pushgateway. */

import { translationStrategies } from '../../naming/prometheus.js';
import {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  longestTimer,
  type Option,
  type OptionValues,
  pairsOption,
  secretOption,
  textOption,
  timeoutOption,
  urlOption,
} from '../../options/option.js';
import { isGroupingLabel } from './group.js';

const variable = (suffix: string) => [`OTELIER_PUSHGATEWAY_${suffix}`];

export const pushgatewayOptions = {
  url: urlOption({
    environment: variable('URL'),
    description: 'URL of the Pushgateway; /metrics/job/... is appended.',
    default: 'http://localhost:9091',
  }),
  job: textOption<string | undefined>({
    environment: variable('JOB'),
    description: 'Value of the group label job; service.name of the resource when unset.',
    default: undefined,
  }),
  groupingKey: groupingKeyOption({
    environment: variable('GROUPING_KEY'),
    description: 'Additional group labels, such as instance=worker-1, so that processes do not overwrite each other.',
    default: {},
  }),
  method: choiceOption({
    environment: variable('METHOD'),
    description: 'HTTP method: PUT replaces the whole group, POST only metrics with the same names.',
    default: 'PUT',
    values: ['PUT', 'POST'],
  }),
  intervalMs: integerOption<number | undefined>({
    environment: variable('INTERVAL'),
    description:
      'Interval between two pushes, in milliseconds; 0 pushes only on flush and shutdown. When unset, exportIntervalMs applies; without either, 0.',
    default: undefined,
    min: 0,
    max: longestTimer,
    what: 'milliseconds',
  }),
  timeoutMs: timeoutOption({
    environment: variable('TIMEOUT'),
    description: 'Timeout of one push including retries, in milliseconds.',
    default: 10_000,
  }),
  deleteOnShutdown: flagOption({
    environment: variable('DELETE_ON_SHUTDOWN'),
    description: 'Deletes the group on shutdown, after the last push.',
    default: false,
  }),
  format: choiceOption({
    environment: variable('FORMAT'),
    description: 'Encoding; protobuf sends exponential histograms as native histograms.',
    default: 'text',
    values: ['text', 'protobuf'],
  }),
  compression: choiceOption({
    environment: variable('COMPRESSION'),
    description: 'Compression of pushes; gzip needs Pushgateway 1.5 or later.',
    default: 'none',
    values: ['none', 'gzip'],
  }),
  username: credentialOption({
    environment: variable('USERNAME'),
    description: 'User for basic authentication.',
    expected: "a user name without ':'",
    accepts: (text) => !text.includes(':'),
    secret: false,
  }),
  password: credentialOption({
    environment: variable('PASSWORD'),
    description: 'Password of the user.',
    expected: 'a string',
    accepts: () => true,
  }),
  bearerToken: credentialOption({
    environment: variable('BEARER_TOKEN'),
    description: 'Bearer token for a proxy; sent only when username is unset.',
    expected: 'a token without spaces',
    accepts: (text) => /^[\x21-\x7e]+$/.test(text),
  }),
  headers: pairsOption({
    environment: variable('HEADERS'),
    description: 'Additional headers of every request; they win over all other headers.',
    default: {},
    secret: true,
  }),
  certificate: textOption<string | undefined>({
    environment: variable('CERTIFICATE'),
    description: 'PEM file with the CA certificates that verify the server.',
    default: undefined,
  }),
  clientKey: textOption<string | undefined>({
    environment: variable('CLIENT_KEY'),
    description: 'PEM file with the client private key for mTLS.',
    default: undefined,
  }),
  clientCertificate: textOption<string | undefined>({
    environment: variable('CLIENT_CERTIFICATE'),
    description: 'PEM file with the client certificate chain for mTLS.',
    default: undefined,
  }),
  translationStrategy: choiceOption({
    environment: variable('TRANSLATION_STRATEGY'),
    description:
      'Strategy that translates OpenTelemetry names to Prometheus names; names with dots need a Pushgateway that supports them.',
    default: 'UnderscoreEscapingWithSuffixes',
    values: translationStrategies,
  }),
  withoutScopeLabels: flagOption({
    environment: variable('WITHOUT_SCOPE_LABELS'),
    description: 'Omits the labels otel_scope_name, otel_scope_version and otel_scope_schema_url from every sample.',
    default: false,
  }),
  withoutTargetInfo: flagOption({
    environment: variable('WITHOUT_TARGET_INFO'),
    description: 'Omits the metric target_info, which carries the resource attributes.',
    default: false,
  }),
  resourceLabels: listOption({
    environment: variable('RESOURCE_LABELS'),
    description: 'Resource attribute keys to add as labels to every sample.',
    default: [] as readonly string[],
  }),
};

/** The options, resolved. */
export type PushgatewayOptions = OptionValues<typeof pushgatewayOptions>;

/** What is to be said of options that are right one by one and contradict one another. */
export function contradictions({ username, password, bearerToken }: PushgatewayOptions): string[] {
  const said: string[] = [];
  if (username !== undefined && bearerToken !== undefined) {
    said.push('pushgateway: username and bearerToken are both set; the token is not sent');
  }
  if (username === undefined && password !== undefined) {
    said.push('pushgateway: password is set without username; it is not sent');
  }
  return said;
}

function groupingKeyOption(
  declaration: Pick<Option<Readonly<Record<string, string>>>, 'environment' | 'description' | 'default'>,
): Option<Readonly<Record<string, string>>> {
  const pairs = pairsOption({ ...declaration, secret: false });
  const accepts = (value: unknown) =>
    pairs.accepts(value) && Object.keys(value as Record<string, string>).every(isGroupingLabel);
  return {
    ...pairs,
    expected: `${pairs.expected}, each key a label name such as instance, except job`,
    parse(raw) {
      const value = pairs.parse(raw);
      return accepts(value) ? value : undefined;
    },
    accepts,
  };
}

/** A part of what identifies us, which is a secret unless it is said that it is none. */
function credentialOption(
  declaration: Pick<Option<undefined>, 'environment' | 'description' | 'expected'> & {
    readonly accepts: (text: string) => boolean;
    readonly secret?: boolean;
  },
): Option<string | undefined> {
  const { environment, description, expected, secret = true } = declaration;
  const accepts = (value: unknown) => typeof value === 'string' && value !== '' && declaration.accepts(value);
  const make = secret ? secretOption<string | undefined> : textOption<string | undefined>;
  return {
    ...make({ environment, description, default: undefined }),
    expected,
    accepts,
    parse: (raw) => (accepts(raw) ? raw : undefined),
  };
}
