/** Host and tags that all series of a resource share. */
import type { Resource } from '../../model/otel-data.js';
import { datadogTag, datadogTags, datadogTagText } from '../../naming/datadog.js';

/** Options that identify the sender. */
export interface OriginOptions {
  readonly tags: readonly string[];
  readonly hostname: string | undefined;
  readonly service: string | undefined;
  readonly env: string | undefined;
  readonly version: string | undefined;
  /** Keys of resource attributes that become tags. */
  readonly resourceTags: readonly string[];
}

/** Datadog names of OpenTelemetry resource attributes (documentation, "Semantic Mapping"). */
const tagNames = new Map(
  Object.entries({
    'container.id': 'container_id',
    'container.name': 'container_name',
    'container.image.name': 'image_name',
    'cloud.provider': 'cloud_provider',
    'cloud.region': 'region',
    'cloud.availability_zone': 'zone',
    'k8s.cluster.name': 'kube_cluster_name',
    'k8s.namespace.name': 'kube_namespace',
    'k8s.deployment.name': 'kube_deployment',
    'k8s.statefulset.name': 'kube_stateful_set',
    'k8s.daemonset.name': 'kube_daemon_set',
    'k8s.replicaset.name': 'kube_replica_set',
    'k8s.job.name': 'kube_job',
    'k8s.cronjob.name': 'kube_cronjob',
    'k8s.container.name': 'kube_container_name',
    'k8s.pod.name': 'pod_name',
  }),
);

/** Host and tags of every series. The tag `service` is always present. */
export interface SeriesOrigin {
  readonly host: string | undefined;
  readonly tags: readonly string[];
}

/**
 * Returns the origin of a resource: the unified service tags `service`, `env` and `version`, each from its option, else
 * from `tags`, else from the resource; then the other tags without duplicates.
 */
export function originOf(resource: Resource | undefined, options: OriginOptions): SeriesOrigin {
  const attributes = resource?.attributes ?? {};
  const given = options.tags.map(datadogTagText);
  const unified = (key: 'service' | 'env' | 'version', ...attributeKeys: string[]): string[] => {
    if (options[key] !== undefined) return [datadogTag(key, options[key])];
    if (given.some((tag) => tag.startsWith(`${key}:`))) return [];
    const value = attributeKeys.map((name) => attributes[name]).find((each) => each !== undefined && each !== '');
    return value === undefined ? [] : [datadogTag(key, String(value))];
  };
  const service = unified('service', 'service.name');
  const tags = [
    ...service,
    ...unified('env', 'deployment.environment.name', 'deployment.environment'),
    ...unified('version', 'service.version'),
    ...given.filter((tag) => !isOverridden(tag, options)),
    ...options.resourceTags.flatMap((key) => datadogTags({ [tagNames.get(key) ?? key]: attributes[key] })),
  ];
  const named = tags.some((tag) => tag.startsWith('service:')) ? tags : ['service:unknown_service', ...tags];
  return { host: hostOf(attributes, options), tags: [...new Set(named)] };
}

function isOverridden(tag: string, options: OriginOptions): boolean {
  return (['service', 'env', 'version'] as const).some(
    (key) => options[key] !== undefined && tag.startsWith(`${key}:`),
  );
}

/** Returns the host, by the precedence of Datadog's "Mapping OpenTelemetry Semantic Conventions to Hostnames". */
function hostOf(attributes: Resource['attributes'], { hostname }: OriginOptions): string | undefined {
  const text = (key: string) => (attributes[key] === undefined ? '' : String(attributes[key]));
  const [node, cluster] = [text('k8s.node.name'), text('k8s.cluster.name')];
  const onNode = node !== '' && cluster !== '' ? `${node}-${cluster}` : node;
  return [hostname ?? '', text('datadog.host.name'), onNode, text('host.name')].find((host) => host !== '');
}
