/** Options of the Datadog backend, with the variables that Datadog's agents and libraries read. */
import { isDatadogSite, likelyDatadogSite } from '../../formats/datadog/site.js';
import {
  choiceOption,
  describeSecret,
  listOption,
  type Option,
  type OptionValues,
  secretOption,
  textOption,
  urlOption,
} from '../../options/option.js';
import { secretDefect } from '../../options/secret-defect.js';
import { redactEndpoint } from '../../options/url.js';

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
  // Before the site, which it replaces.
  /**
   * Base URL instead of https://api.SITE, for a proxy; /api/v2/series is appended.
   */
  endpoint: urlOption({
    otherNames: ['url', 'apihost', 'baseurl', 'baseserver'],
    whenUnset: 'the endpoint of the site',
    environment: ['OTELIER_DATADOG_ENDPOINT'],
    description: `Base URL instead of https://api.SITE, for a proxy; ${seriesPath} is appended.`,
    default: undefined,
  }),
  /**
   * Datadog site of the organization, such as `us5.datadoghq.com`; `datadoghq.com` by default.
   */
  site: siteOption(),
  /**
   * Tags to add to every series, such as team:search.
   */
  tags: wordsOption({
    otherNames: ['defaulttags', 'globaltags', 'constanttags'],
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
    otherNames: ['servicename'],
    environment: ['DD_SERVICE'],
    description: 'Tag service; by default the resource attribute service.name.',
    default: undefined,
  }),
  /**
   * Tag env; by default the resource attribute deployment.environment.name.
   */
  env: textOption({
    otherNames: ['environment'],
    environment: ['DD_ENV'],
    description: 'Tag env; by default the resource attribute deployment.environment.name.',
    default: undefined,
  }),
  /**
   * Tag version; by default the resource attribute service.version.
   */
  version: textOption({
    otherNames: ['serviceversion'],
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
    otherNames: ['histogram'],
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
  const valid = (value: unknown) =>
    typeof value === 'string' &&
    /^[\x21-\x7e]+$/.test(value) &&
    !/["'`]/.test(value) &&
    secretDefect(value) === undefined;
  return {
    ...secretOption<string | undefined>({
      otherNames: ['key', 'apikeyauth'],
      environment: ['DD_API_KEY'],
      description:
        'API key of the organization. Without a key nothing is delivered; a warning reports this at startup.',
      default: undefined,
    }),
    expected: 'an API key without spaces',
    // A key that was read from a file may end with a line break.
    parse: (raw) => (valid(raw.trim()) ? raw.trim() : undefined),
    accepts: valid,
    describe: (value) => describeSecret(value, 'an API key', false),
    replaceInvalid: () => ({ value: undefined, consequence: 'nothing is delivered' }),
  };
}

/**
 * Declares the site. A variable with another form of it, such as a URL, selects that site. With any other invalid variable
 * nothing is delivered: the default may be another region.
 */
function siteOption(): Option<string | undefined> {
  return {
    ...textOption<string | undefined>({
      otherNames: ['region'],
      environment: ['DD_SITE'],
      description: 'Datadog site of the organization.',
      default: 'datadoghq.com',
    }),
    expected: 'a Datadog site such as datadoghq.com, us5.datadoghq.com or datadoghq.eu',
    parse: (raw) => (isDatadogSite(raw.toLowerCase()) ? raw.toLowerCase() : undefined),
    accepts: (value) => typeof value === 'string' && isDatadogSite(value),
    describe(value, { variable }) {
      if (typeof value !== 'string') return { value };
      const shown = /[@?#]/.test(value) ? redactEndpoint(value) : value;
      return { value: shown, suggestion: variable === undefined ? likelyDatadogSite(value) : undefined };
    },
    replaceInvalid(raw, { endpoint }) {
      const likely = likelyDatadogSite(raw);
      if (likely !== undefined) return { value: likely, consequence: `using ${likely}` };
      const isUsed = endpoint === undefined;
      return { value: undefined, consequence: isUsed ? 'nothing is delivered' : 'ignored' };
    },
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
