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
    description: `The base URL in the place of https://api.SITE, for a proxy; ${seriesPath} is added.`,
    default: undefined,
  }),
  tags: words({
    environment: ['DD_TAGS'],
    description: 'Tags of every series, such as team:search.',
    default: [],
    expected: 'tags separated by commas or spaces',
  }),
  hostname: textOption({
    environment: ['DD_HOSTNAME'],
    description: 'The host that the series belong to; by default as the resource says, host.name in the end.',
    default: undefined,
  }),
  service: textOption({
    environment: ['DD_SERVICE'],
    description: 'The tag service; by default service.name of the resource.',
    default: undefined,
  }),
  env: textOption({
    environment: ['DD_ENV'],
    description: 'The tag env; by default deployment.environment.name of the resource.',
    default: undefined,
  }),
  version: textOption({
    environment: ['DD_VERSION'],
    description: 'The tag version; by default service.version of the resource.',
    default: undefined,
  }),
  resourceTags: words({
    environment: ['OTELIER_DATADOG_RESOURCE_TAGS'],
    description:
      'Attributes of the resource that become tags beside service, env and version; none for none. Without one that ' +
      'differs from process to process, processes of one host overwrite each other.',
    default: placeAttributes,
    expected: 'attribute keys separated by commas or spaces',
  }),
  histograms: choiceOption({
    environment: ['OTELIER_DATADOG_HISTOGRAMS'],
    description:
      'What a histogram becomes: count, sum, min, max and avg; with counters, a count for each bucket as well.',
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
      description: 'The API key of the organisation. Without one nothing can be delivered, which is said at the start.',
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
      description: 'The Datadog site that the organisation is on.',
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
