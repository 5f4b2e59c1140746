/** Options of Datadog, with the variables that its own agents and libraries read. */
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

/** Attributes that differ from process to process, or say where one runs. */
const placeAttributes = [
  'service.instance.id',
  'container.id',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.deployment.name',
  'k8s.pod.name',
  'k8s.container.name',
];

export const datadogOptions = {
  apiKey: keyOption(),
  site: siteOption(),
  endpoint: urlOption({
    environment: ['OTELIER_DATADOG_ENDPOINT'],
    description: `Base URL of a proxy, instead of https://api.SITE; ${seriesPath} is appended.`,
    default: undefined,
  }),
  tags: words({
    environment: ['DD_TAGS'],
    description: 'Tags to add to every series, such as team:search.',
    default: [],
    expected: 'tags separated by commas or spaces',
  }),
  hostname: textOption({
    environment: ['DD_HOSTNAME'],
    description: 'Host that the series belong to; by default derived from the resource, finally from host.name.',
    default: undefined,
  }),
  service: textOption({
    environment: ['DD_SERVICE'],
    description: 'Value of the tag service; by default service.name of the resource.',
    default: undefined,
  }),
  env: textOption({
    environment: ['DD_ENV'],
    description: 'Value of the tag env; by default deployment.environment.name of the resource.',
    default: undefined,
  }),
  version: textOption({
    environment: ['DD_VERSION'],
    description: 'Value of the tag version; by default service.version of the resource.',
    default: undefined,
  }),
  resourceTags: words({
    environment: ['OTELIER_DATADOG_RESOURCE_TAGS'],
    description:
      'Resource attributes to add as tags besides service, env and version; none adds no tags. At least one must differ ' +
      'between processes, otherwise the processes of one host overwrite each other.',
    default: placeAttributes,
    expected: 'attribute keys separated by commas or spaces',
  }),
  histograms: choiceOption({
    environment: ['OTELIER_DATADOG_HISTOGRAMS'],
    description:
      'Representation of histograms: summary sends count, sum, min, max and avg; counters also sends one count per bucket.',
    default: 'summary',
    values: ['summary', 'counters'],
  }),
};

/** The options, resolved. */
export type DatadogOptions = OptionValues<typeof datadogOptions>;

/** Where series are posted to. */
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
        'API key of the organization; without a key nothing is delivered, and a warning is logged at startup.',
      default: undefined,
    }),
    expected: 'an API key, without spaces',
    // Files that keys are read from end with a line break.
    parse: (raw) => (valid(raw.trim()) ? raw.trim() : undefined),
    accepts: valid,
  };
}

/** The addresses of the application and of the API are of the site, but are not its name. */
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

function words({
  expected,
  ...declaration
}: {
  environment: readonly string[];
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
