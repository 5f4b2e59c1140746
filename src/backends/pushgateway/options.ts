/** Options of the Pushgateway backend. */
import { cut } from '../../errors.js';
import { translationStrategies } from '../../naming/prometheus.js';
import { doubtSeconds } from '../../options/milliseconds.js';
import {
  choiceOption,
  describeSecret,
  flagOption,
  integerOption,
  listOption,
  longestTimer,
  type Option,
  type OptionValues,
  secretOption,
  textOption,
  timeoutOption,
  urlOption,
} from '../../options/option.js';
import { pairsOption } from '../../options/pairs-option.js';
import { secretDefect } from '../../options/secret-defect.js';
import { redactUrl } from '../../options/url.js';
import { isGroupingLabel } from './group.js';

const variable = (suffix: string) => [`OTELIER_PUSHGATEWAY_${suffix}`];

/** Options of the backend. */
export const pushgatewayOptions = {
  /**
   * Base URL of the Pushgateway; /metrics/job/... is appended. By default `http://localhost:9091`.
   */
  url: urlOption({
    otherNames: ['endpoint', 'gateway', 'gatewayurl'],
    environment: variable('URL'),
    description: 'Base URL of the Pushgateway; /metrics/job/... is appended.',
    default: 'http://localhost:9091',
  }),
  /**
   * Label job of the group; by default the resource attribute service.name.
   */
  job: textOption<string | undefined>({
    otherNames: ['jobname'],
    environment: variable('JOB'),
    description: 'Label job of the group; by default the resource attribute service.name.',
    default: undefined,
  }),
  /**
   * Further labels of the group, such as instance=worker-1; different groups do not overwrite each other.
   */
  groupingKey: groupingKeyOption({
    otherNames: ['groupings', 'grouping', 'groupinglabels', 'labels'],
    environment: variable('GROUPING_KEY'),
    description:
      'Further labels of the group, such as instance=worker-1; different groups do not overwrite each other.',
    default: {},
  }),
  /**
   * PUT replaces the whole group, POST only metrics with the same names. By default `PUT`.
   */
  method: choiceOption({
    environment: variable('METHOD'),
    description: 'PUT replaces the whole group, POST only metrics with the same names.',
    default: 'PUT',
    values: ['PUT', 'POST'],
  }),
  /**
   * Milliseconds between pushes; 0 to push only on flush and shutdown. By default exportIntervalMs if it is set,
   * otherwise 0.
   */
  intervalMs: doubtSeconds(
    integerOption<number | undefined>({
      whenUnset: 'exportIntervalMs',
      otherNames: ['interval', 'exportinterval', 'exportintervalms', 'exportintervalmillis', 'pushinterval'],
      environment: variable('INTERVAL'),
      description:
        'Milliseconds between pushes; 0 to push only on flush and shutdown. By default exportIntervalMs if it is set, otherwise 0.',
      default: undefined,
      min: 0,
      max: longestTimer,
      what: 'milliseconds',
    }),
  ),
  /**
   * Timeout of one push in milliseconds, retries included. By default 10,000.
   */
  timeoutMs: timeoutOption({
    otherNames: ['timeout', 'timeoutmillis', 'exporttimeoutms'],
    environment: variable('TIMEOUT'),
    description: 'Timeout of one push in milliseconds, retries included.',
    default: 10_000,
  }),
  /**
   * Deletes the group on shutdown, after the last push. By default `false`.
   */
  deleteOnShutdown: flagOption({
    otherNames: ['deleteonexit'],
    environment: variable('DELETE_ON_SHUTDOWN'),
    description: 'Deletes the group on shutdown, after the last push.',
    default: false,
  }),
  /**
   * Encoding; protobuf transmits exponential histograms as native histograms. By default `text`.
   */
  format: choiceOption({
    environment: variable('FORMAT'),
    description: 'Encoding; protobuf transmits exponential histograms as native histograms.',
    default: 'text',
    values: ['text', 'protobuf'],
    aliases: { plain: 'text', prometheus: 'text', proto: 'protobuf' },
  }),
  /**
   * Compression of requests; gzip requires Pushgateway 1.5 or later. By default `none`.
   */
  compression: choiceOption({
    environment: variable('COMPRESSION'),
    description: 'Compression of requests; gzip requires Pushgateway 1.5 or later.',
    default: 'none',
    values: ['none', 'gzip'],
    aliases: { false: 'none', identity: 'none', no: 'none', off: 'none', gz: 'gzip', on: 'gzip', true: 'gzip' },
  }),
  /**
   * User name for basic authentication.
   */
  username: credentialOption({
    otherNames: ['user'],
    environment: variable('USERNAME'),
    description: 'User name for basic authentication.',
    expected: "a user name without ':'",
    noun: 'a user name',
    accepts: (text) => !text.includes(':'),
    secret: false,
  }),
  /**
   * Password for basic authentication.
   */
  password: credentialOption({
    otherNames: ['pass'],
    environment: variable('PASSWORD'),
    description: 'Password for basic authentication.',
    expected: 'a non-empty string',
    noun: 'a password',
    accepts: () => true,
  }),
  /**
   * Bearer token for a proxy; sent only if username is not set.
   */
  bearerToken: credentialOption({
    otherNames: ['token', 'authtoken'],
    environment: variable('BEARER_TOKEN'),
    description: 'Bearer token for a proxy; sent only if username is not set.',
    expected: 'a token without spaces',
    noun: 'a token',
    mayHaveBlanks: false,
    accepts: (text) => /^[\x21-\x7e]+$/.test(text),
  }),
  /**
   * Additional headers of every request; they override all other headers.
   */
  headers: pairsOption({
    otherNames: ['httpheaders'],
    environment: variable('HEADERS'),
    description: 'Additional headers of every request; they override all other headers.',
    default: {},
    secret: true,
  }),
  /**
   * PEM file with the CA certificates that verify the server.
   */
  certificate: textOption<string | undefined>({
    otherNames: ['ca', 'cacert', 'cafile', 'rootcertificate'],
    environment: variable('CERTIFICATE'),
    description: 'PEM file with the CA certificates that verify the server.',
    default: undefined,
  }),
  /**
   * PEM file with the client private key for mTLS.
   */
  clientKey: textOption<string | undefined>({
    otherNames: ['key', 'keyfile', 'privatekey'],
    environment: variable('CLIENT_KEY'),
    description: 'PEM file with the client private key for mTLS.',
    default: undefined,
  }),
  /**
   * PEM file with the client certificate chain for mTLS.
   */
  clientCertificate: textOption<string | undefined>({
    otherNames: ['cert', 'certfile', 'certchain'],
    environment: variable('CLIENT_CERTIFICATE'),
    description: 'PEM file with the client certificate chain for mTLS.',
    default: undefined,
  }),
  /**
   * Translation of OpenTelemetry metric names to Prometheus names; names with dots require a Pushgateway that accepts
   * UTF-8. By default `UnderscoreEscapingWithSuffixes`.
   */
  translationStrategy: choiceOption({
    environment: variable('TRANSLATION_STRATEGY'),
    description:
      'Translation of OpenTelemetry metric names to Prometheus names; names with dots require a Pushgateway that accepts UTF-8.',
    default: 'UnderscoreEscapingWithSuffixes',
    values: translationStrategies,
  }),
  /**
   * Omits the labels otel_scope_name, otel_scope_version and otel_scope_schema_url from every sample. By default
   * `false`.
   */
  withoutScopeLabels: flagOption({
    otherNames: ['withoutscopeinfo'],
    environment: variable('WITHOUT_SCOPE_LABELS'),
    description: 'Omits the labels otel_scope_name, otel_scope_version and otel_scope_schema_url from every sample.',
    default: false,
  }),
  /**
   * Omits the metric target_info, which carries the resource attributes. By default `false`.
   */
  withoutTargetInfo: flagOption({
    environment: variable('WITHOUT_TARGET_INFO'),
    description: 'Omits the metric target_info, which carries the resource attributes.',
    default: false,
  }),
  /**
   * Keys of resource attributes that become labels of every sample.
   */
  resourceLabels: listOption({
    otherNames: ['defaultlabels', 'withresourceconstantlabels'],
    environment: variable('RESOURCE_LABELS'),
    description: 'Keys of resource attributes that become labels of every sample.',
    default: [] as readonly string[],
  }),
};

/** The options, resolved. */
export type PushgatewayOptions = OptionValues<typeof pushgatewayOptions>;

/** Returns warnings about options that are valid but probably wrong: alone, or because they contradict each other. */
export function contradictions({ url, username, password, bearerToken }: PushgatewayOptions): string[] {
  const warnings: string[] = [];
  const [path] = /\/metrics(?:\/job(?:@base64)?\/.*)?\/?$/.exec(new URL(url).pathname) ?? [];
  if (path !== undefined) {
    warnings.push(
      `pushgateway.url: metrics go to ${cut(redactUrl(url), 50)}/metrics/job/..., which is appended; remove ${cut(path, 40)}`,
    );
  }
  if (username !== undefined && bearerToken !== undefined) {
    warnings.push('pushgateway: bearerToken is not sent, because username is set; remove one of the two options');
  }
  if (username === undefined && password !== undefined) {
    warnings.push('pushgateway: password is not sent, because username is not set; set username');
  }
  return warnings;
}

function groupingKeyOption(
  declaration: Pick<Option<Readonly<Record<string, string>>>, 'environment' | 'description' | 'default' | 'otherNames'>,
): Option<Readonly<Record<string, string>>> {
  const pairs = pairsOption({ ...declaration, secret: false });
  const accepts = (value: unknown) =>
    pairs.accepts(value) && Object.keys(value as Record<string, string>).every(isGroupingLabel);
  return {
    ...pairs,
    expected: `${pairs.expected}; keys are label names such as instance, but not job`,
    parse(raw) {
      const value = pairs.parse(raw);
      return accepts(value) ? value : undefined;
    },
    accepts,
  };
}

/** Declares an option with a credential; it is a secret unless `secret` is false. */
function credentialOption(
  declaration: Pick<Option<undefined>, 'environment' | 'description' | 'expected' | 'otherNames'> & {
    readonly accepts: (text: string) => boolean;
    /** Word for the credential in messages. */
    readonly noun: string;
    readonly mayHaveBlanks?: boolean;
    readonly secret?: boolean;
  },
): Option<string | undefined> {
  const {
    environment,
    otherNames = [],
    description,
    expected,
    noun,
    mayHaveBlanks = true,
    secret = true,
  } = declaration;
  const accepts = (value: unknown) =>
    typeof value === 'string' && value !== '' && declaration.accepts(value) && secretDefect(value) === undefined;
  const declare = secret ? secretOption<string | undefined> : textOption<string | undefined>;
  return {
    ...declare({ environment, otherNames, description, default: undefined }),
    expected,
    accepts,
    parse: (raw) => (accepts(raw) ? raw : undefined),
    describe: (value) => ({ ...describeSecret(value, noun, mayHaveBlanks), ...(secret ? {} : { value }) }),
  };
}
