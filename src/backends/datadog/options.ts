/** Options of the Datadog backend, with the variables that Datadog's agents and libraries read. */
import {
  choiceOption,
  listOption,
  type Option,
  type OptionValues,
  secretOption,
  textOption,
  urlOption,
} from '../../options/option.js';

const seriesPath = '/api/v2/series';

/** Resource attributes that identify a process or its location. */
const identifyingAttributes = [
  'service.instance.id',
  'container.id',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.deployment.name',
  'k8s.pod.name',
  'k8s.container.name',
];

/** Options of the backend. */
export const datadogOptions = {
  /**
   * API key of the organization. Without a key nothing is delivered; a warning reports this at startup.
   */
  apiKey: keyOption(),
  /**
   * Datadog site of the organization, such as `us5.datadoghq.com`; `datadoghq.com` by default.
   */
  site: siteOption(),
  /**
   * Base URL instead of https://api.SITE, for a proxy; /api/v2/series is appended.
   */
  endpoint: urlOption({
    whenUnset: 'the endpoint of the site',
    environment: ['OTELIER_DATADOG_ENDPOINT'],
    description: `Base URL instead of https://api.SITE, for a proxy; ${seriesPath} is appended.`,
    default: undefined,
  }),
  /**
   * Tags to add to every series, such as team:search.
   */
  tags: wordsOption({
    otherNames: ['defaulttags', 'globaltags'],
    environment: ['DD_TAGS'],
    description: 'Tags to add to every series, such as team:search.',
    default: [],
    expected: 'tags separated by commas or spaces',
  }),
  /**
   * Host of the series; derived from resource attributes by default, last from host.name.
   */
  hostname: textOption({
    otherNames: ['host'],
    environment: ['DD_HOSTNAME'],
    description: 'Host of the series; derived from resource attributes by default, last from host.name.',
    default: undefined,
  }),
  /**
   * Tag service; by default the resource attribute service.name.
   */
  service: textOption({
    environment: ['DD_SERVICE'],
    description: 'Tag service; by default the resource attribute service.name.',
    default: undefined,
  }),
  /**
   * Tag env; by default the resource attribute deployment.environment.name.
   */
  env: textOption({
    environment: ['DD_ENV'],
    description: 'Tag env; by default the resource attribute deployment.environment.name.',
    default: undefined,
  }),
  /**
   * Tag version; by default the resource attribute service.version.
   */
  version: textOption({
    environment: ['DD_VERSION'],
    description: 'Tag version; by default the resource attribute service.version.',
    default: undefined,
  }),
  /**
   * Resource attributes that become tags, in addition to service, env and version; none for no attributes. Without an
   * attribute that identifies the process, processes on one host overwrite each other.
   */
  resourceTags: wordsOption({
    environment: ['OTELIER_DATADOG_RESOURCE_TAGS'],
    description:
      'Resource attributes that become tags, in addition to service, env and version; none for no attributes. Without ' +
      'an attribute that identifies the process, processes on one host overwrite each other.',
    default: identifyingAttributes,
    expected: 'attribute keys separated by commas or spaces',
  }),
  /**
   * Metrics of a histogram: count, sum, min, max and avg; with counters, also one count per bucket. By default
   * `summary`.
   */
  histograms: choiceOption({
    environment: ['OTELIER_DATADOG_HISTOGRAMS'],
    description: 'Metrics of a histogram: count, sum, min, max and avg; with counters, also one count per bucket.',
    default: 'summary',
    values: ['summary', 'counters'],
  }),
};

/** The options, resolved. */
export type DatadogOptions = OptionValues<typeof datadogOptions>;

/** Returns the URL for series. */
export function seriesUrl({ endpoint, site }: Pick<DatadogOptions, 'endpoint' | 'site'>): string {
  const url = new URL(endpoint ?? `https://api.${site}`);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(seriesPath) ? base : base + seriesPath;
  return url.href;
}

function keyOption(): Option<string | undefined> {
  const valid = (value: unknown) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
  return {
    ...secretOption<string | undefined>({
      environment: ['DD_API_KEY'],
      description:
        'API key of the organization. Without a key nothing is delivered; a warning reports this at startup.',
      default: undefined,
    }),
    expected: 'an API key without spaces',
    // A key that was read from a file may end with a line break.
    parse: (raw) => (valid(raw.trim()) ? raw.trim() : undefined),
    accepts: valid,
  };
}

/** Declares the site. The host names app.SITE and api.SITE are rejected: they contain a site but are not its name. */
function siteOption(): Option<string> {
  const valid = (value: unknown) =>
    typeof value === 'string' && /^(?!app\.|api\.)([a-z0-9-]+\.)?(datadoghq\.(com|eu)|ddog-gov\.com)$/.test(value);
  return {
    ...textOption({
      environment: ['DD_SITE'],
      description: 'Datadog site of the organization.',
      default: 'datadoghq.com',
    }),
    expected: 'a Datadog site such as datadoghq.com, us5.datadoghq.com or datadoghq.eu',
    parse: (raw) => (valid(raw.toLowerCase()) ? raw.toLowerCase() : undefined),
    accepts: valid,
  };
}

/** Declares a list whose variable separates words by commas or spaces. */
function wordsOption({
  expected,
  ...declaration
}: {
  environment: readonly string[];
  otherNames?: readonly string[];
  description: string;
  default: readonly string[];
  expected: string;
}): Option<readonly string[]> {
  return {
    ...listOption(declaration),
    expected,
    parse: (raw) => [...new Set(raw.split(/[\s,]+/).filter((word) => word !== ''))],
  };
}
