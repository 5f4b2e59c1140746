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
    description: 'The Pushgateway; /metrics/job/... is added.',
    default: 'http://localhost:9091',
  }),
  job: textOption<string | undefined>({
    environment: variable('JOB'),
    description: 'The label job of the group; service.name of the resource when not set.',
    default: undefined,
  }),
  groupingKey: groupingKeyOption({
    environment: variable('GROUPING_KEY'),
    description: 'The other labels of the group, such as instance=worker-1: groups do not overwrite one another.',
    default: {},
  }),
  method: choiceOption({
    environment: variable('METHOD'),
    description: 'PUT replaces all of the group, POST the metrics of the same names alone.',
    default: 'PUT',
    values: ['PUT', 'POST'],
  }),
  intervalMs: integerOption<number | undefined>({
    environment: variable('INTERVAL'),
    description:
      'Milliseconds between two pushes, 0 for none but at a flush and at the end; exportIntervalMs when not set, and without that, none.',
    default: undefined,
    min: 0,
    max: longestTimer,
    what: 'milliseconds',
  }),
  timeoutMs: timeoutOption({
    environment: variable('TIMEOUT'),
    description: 'Milliseconds that one push may take, retries included.',
    default: 10_000,
  }),
  deleteOnShutdown: flagOption({
    environment: variable('DELETE_ON_SHUTDOWN'),
    description: 'Deletes the group at a shutdown, after the last push.',
    default: false,
  }),
  format: choiceOption({
    environment: variable('FORMAT'),
    description: 'Encoding; protobuf carries exponential histograms as native ones.',
    default: 'text',
    values: ['text', 'protobuf'],
  }),
  compression: choiceOption({
    environment: variable('COMPRESSION'),
    description: 'Compression of pushes; gzip needs a Pushgateway of 1.5 or newer.',
    default: 'none',
    values: ['none', 'gzip'],
  }),
  username: credentialOption({
    environment: variable('USERNAME'),
    description: 'User of basic authentication.',
    expected: "a user name without ':'",
    accepts: (text) => !text.includes(':'),
    secret: false,
  }),
  password: credentialOption({
    environment: variable('PASSWORD'),
    description: 'Password of the user.',
    expected: 'a text',
    accepts: () => true,
  }),
  bearerToken: credentialOption({
    environment: variable('BEARER_TOKEN'),
    description: 'Token that is sent where no user is set, for a proxy that asks for one.',
    expected: 'a token without spaces',
    accepts: (text) => /^[\x21-\x7e]+$/.test(text),
  }),
  headers: pairsOption({
    environment: variable('HEADERS'),
    description: 'Further headers of every request; they win over all others.',
    default: {},
    secret: true,
  }),
  certificate: textOption<string | undefined>({
    environment: variable('CERTIFICATE'),
    description: 'PEM file with the certificates that the server is trusted by.',
    default: undefined,
  }),
  clientKey: textOption<string | undefined>({
    environment: variable('CLIENT_KEY'),
    description: 'PEM file with the private key for mTLS.',
    default: undefined,
  }),
  clientCertificate: textOption<string | undefined>({
    environment: variable('CLIENT_CERTIFICATE'),
    description: 'PEM file with the certificate chain for mTLS.',
    default: undefined,
  }),
  translationStrategy: choiceOption({
    environment: variable('TRANSLATION_STRATEGY'),
    description:
      'How OpenTelemetry names become those of Prometheus; names with dots need a Pushgateway that takes them.',
    default: 'UnderscoreEscapingWithSuffixes',
    values: translationStrategies,
  }),
  withoutScopeLabels: flagOption({
    environment: variable('WITHOUT_SCOPE_LABELS'),
    description: 'Leaves the labels otel_scope_name, otel_scope_version and otel_scope_schema_url out of every sample.',
    default: false,
  }),
  withoutTargetInfo: flagOption({
    environment: variable('WITHOUT_TARGET_INFO'),
    description: 'Leaves out the metric target_info, which carries the attributes of the resource.',
    default: false,
  }),
  resourceLabels: listOption({
    environment: variable('RESOURCE_LABELS'),
    description: "Keys of the resource's attributes that become labels of every sample.",
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
    expected: `${pairs.expected}, each key a label name such as instance, and not job`,
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
