/** The structure that the formats of a stack document: compose, the OTel Collector, Kubernetes. And values that are secret. */
import { isScalar, parse, parseAllDocuments, visit } from 'yaml';
import type { Files } from '../../src/generate/files.js';

/** Keys of a service, and patterns of values that are texts. @see https://docs.docker.com/reference/compose-file/services/ */
const serviceKeys: ReadonlySet<string> = new Set([
  'image',
  'restart',
  'ports',
  'command',
  'extra_hosts',
  'volumes',
  'secrets',
  'environment',
  'pid',
  'privileged',
  'devices',
  'deploy',
  'depends_on',
  'hostname',
  'user',
]);

interface Service {
  image?: string;
  ports?: string[];
  command?: string[];
  volumes?: string[];
  secrets?: string[];
  depends_on?: string[];
}

interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, object>;
  secrets?: Record<string, { environment: string }>;
}

/** Returns what is wrong in compose files that are merged in this order. */
export function composeProblems(all: readonly object[], files: Files): string[] {
  const composed = all as readonly Compose[];
  const names = new Set(composed.flatMap(({ services }) => Object.keys(services)));
  const volumes = new Set(composed.flatMap((each) => Object.keys(each.volumes ?? {})));
  const secrets = new Set(composed.flatMap((each) => Object.keys(each.secrets ?? {})));
  const mountedVolumes = new Set<string>();
  const problems: string[] = [];
  for (const [index, compose] of composed.entries()) {
    problems.push(...unknownKeys('compose', compose, ['services', 'volumes', 'secrets']));
    for (const [name, service] of Object.entries(compose.services)) {
      problems.push(...unknownKeys(name, service, [...serviceKeys]));
      const isMerged = index > 0 && name in (composed[0]?.services ?? {});
      if (!isMerged && !/^[a-z0-9./-]+:v?\d[\w.-]*$/.test(service.image ?? ''))
        problems.push(`${name}: image ${service.image} without a version`);
      for (const port of service.ports ?? [])
        if (!/^127\.0\.0\.1:\d+:\d+$/.test(port)) problems.push(`${name}: port ${port}`);
      for (const volume of service.volumes ?? []) {
        const [source = '', target = ''] = volume.split(':');
        if (!target.startsWith('/')) problems.push(`${name}: volume ${volume}`);
        if (source.startsWith('./')) {
          const folder = source.slice(2);
          if (![...files.keys()].some((path) => path.startsWith(`${folder}/`)) && !emptyFolders.has(folder))
            problems.push(`${name}: no files in ${source}`);
        } else if (!source.startsWith('/')) {
          mountedVolumes.add(source);
          if (!volumes.has(source)) problems.push(`${name}: volume ${source} is not declared`);
        }
      }
      for (const secret of service.secrets ?? [])
        if (!secrets.has(secret)) problems.push(`${name}: secret ${secret} is not declared`);
      for (const other of service.depends_on ?? [])
        if (!names.has(other)) problems.push(`${name}: depends on ${other}`);
      problems.push(...mountedFileProblems(name, service, files));
    }
  }
  for (const volume of volumes) if (!mountedVolumes.has(volume)) problems.push(`volume ${volume} is not used`);
  return problems;
}

/** Folders that may be empty, without dashboards. */
const emptyFolders: ReadonlySet<string> = new Set(['conf/grafana/dashboards']);

/** Returns flags that name a file of a mounted folder which is not generated. */
function mountedFileProblems(name: string, { command = [], volumes = [] }: Service, files: Files): string[] {
  return command.flatMap((argument) => {
    const [, path = ''] = /=(\/etc\/[\w./-]+\.(?:ya?ml|json))$/.exec(argument) ?? [];
    const mount = volumes.map((each) => each.split(':')).find(([, target]) => path.startsWith(`${target}/`));
    if (path === '') return [];
    const [source = '', target = ''] = mount ?? [];
    const file = `${source.slice(2)}${path.slice(target.length)}`;
    return files.has(file) ? [] : [`${name}: ${argument}: no file ${file}`];
  });
}

/** Returns what is wrong in a configuration of an OTel Collector. @see https://opentelemetry.io/docs/collector/configuration/ */
export function collectorProblems(config: unknown): string[] {
  type Components = Record<string, object | null>;
  const { service, ...sections } = config as Record<
    'receivers' | 'processors' | 'exporters' | 'extensions',
    Components
  > & {
    service: { extensions: string[]; pipelines: Record<string, Record<string, string[]>> };
  };
  const problems = unknownKeys('config', sections, ['receivers', 'processors', 'exporters', 'extensions']);
  const used: Record<string, Set<string>> = { extensions: new Set(service.extensions) };
  for (const [name, pipeline] of Object.entries(service.pipelines)) {
    if (!/^(?:metrics|traces|logs)(?:\/\w+)?$/.test(name)) problems.push(`pipeline ${name}`);
    for (const [kind, components] of Object.entries(pipeline)) {
      used[kind] = new Set([...(used[kind] ?? []), ...components]);
      if (kind !== 'processors' && components.length === 0) problems.push(`${name} has no ${kind}`);
    }
    // As its documentation asks for.
    if (pipeline['processors']?.[0] !== 'memory_limiter') problems.push(`${name}: memory_limiter is not first`);
    if (pipeline['processors']?.at(-1) !== 'batch') problems.push(`${name}: batch is not last`);
  }
  for (const [kind, components] of Object.entries(sections)) {
    for (const name of Object.keys(components)) if (!used[kind]?.has(name)) problems.push(`${name} is not used`);
    for (const name of used[kind] ?? []) if (!(name in components)) problems.push(`${name} is not defined`);
  }
  const { limit_mib: limit, spike_limit_mib: spike } = (sections.processors['memory_limiter'] ?? {}) as Record<
    string,
    number
  >;
  if (!(Number.isInteger(spike) && (spike as number) < (limit as number))) problems.push('memory_limiter');
  return problems;
}

interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}

const kinds: Readonly<Record<string, string>> = {
  ServiceMonitor: 'monitoring.coreos.com/v1',
  PrometheusRule: 'monitoring.coreos.com/v1',
  ConfigMap: 'v1',
  Service: 'v1',
  Deployment: 'apps/v1',
};

interface PodSpec {
  containers: { ports: { name: string }[]; volumeMounts: { name: string }[]; securityContext: object }[];
  volumes: { name: string; configMap: { name: string } }[];
}

/** Returns what is wrong in resources of Kubernetes. */
export function kubernetesProblems(all: readonly object[]): string[] {
  const resources = all as readonly Resource[];
  const problems: string[] = [];
  const ofKind = (kind: string) => resources.filter((each) => each.kind === kind);
  for (const { kind, apiVersion, metadata } of resources) {
    const where = `${kind} ${metadata.name}`;
    if (kinds[kind] !== apiVersion) problems.push(`${where}: apiVersion ${apiVersion}`);
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(metadata.name)) problems.push(`${where}: name`);
    for (const value of Object.values(metadata.labels))
      if (!/^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value)) problems.push(`${where}: label ${value}`);
  }
  for (const { spec } of ofKind('Deployment')) {
    const { selector, template } = spec as {
      selector: { matchLabels: object };
      template: { metadata: { labels: object }; spec: PodSpec };
    };
    if (JSON.stringify(selector.matchLabels) !== JSON.stringify(template.metadata.labels)) problems.push('selector');
    const { containers, volumes } = template.spec;
    for (const { volumeMounts } of containers)
      for (const { name } of volumeMounts)
        if (!volumes.some((each) => each.name === name)) problems.push(`volume ${name} is missing`);
    for (const { configMap } of volumes)
      if (!ofKind('ConfigMap').some(({ metadata }) => metadata.name === configMap.name)) problems.push('ConfigMap');
    const containerPorts = containers.flatMap(({ ports }) => ports.map(({ name }) => name));
    for (const service of ofKind('Service'))
      for (const { targetPort } of service.spec['ports'] as { targetPort: string }[])
        if (!containerPorts.includes(targetPort)) problems.push(`port ${targetPort} is missing`);
  }
  for (const { data = {} } of ofKind('ConfigMap'))
    for (const text of Object.values(data)) problems.push(...collectorProblems(parse(text)));
  return problems;
}

/** Returns values of a file that look like secrets: not a file, not a variable. */
export function secretsIn(path: string, text: string): string[] {
  if (path === '.env.example') return text.split('\n').filter((line) => line !== '' && !line.endsWith('='));
  if (!/\.(?:ya?ml|json)$/.test(path)) return [];
  const found: string[] = [];
  for (const document of parseAllDocuments(text)) {
    visit(document, {
      Pair(_, { key, value }) {
        if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') return;
        const isSecret = /pass(?:word)?|secret|token|api_?key|access_key|credential|^url_file$|api_url/i.test(
          String(key.value),
        );
        const isReference = /^\/run\/secrets\/\w+$|^\$\{\w+(?::\?[\w ._]+)?\}$/.test(value.value);
        const isVariable = String(key.value) === 'environment';
        if (isSecret && !isReference && !isVariable) found.push(`${path}: ${key.value}: ${value.value}`);
      },
    });
  }
  // User and password in a URL.
  for (const [url] of text.matchAll(/\w+:\/\/[^\s/"']*:[^\s/"'@]*@/g)) found.push(`${path}: ${url}`);
  return found;
}

function unknownKeys(where: string, value: object, known: readonly string[]): string[] {
  return Object.keys(value).flatMap((key) => (known.includes(key) ? [] : [`${where}: unknown key ${key}`]));
}
