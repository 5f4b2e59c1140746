/** Who records: the OpenTelemetry resource, from detectors, the environment and code, later ones winning. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { version } from '../version.js';

const require = createRequire(import.meta.url);

/** The world that detection looks at. */
export interface ResourceSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file, `undefined` when it cannot be read. */
  readFile(path: string): string | undefined;
}

/** What was said explicitly. */
export interface DeclaredResource {
  readonly serviceName: string | undefined;
  /** Of `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly attributes: Attributes;
  /** Given in code. */
  readonly inCode: Attributes;
}

/** Files of this machine. */
export function readFileOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The resource: SDK, host, process, service instance, container, Kubernetes, then what was declared.
 *
 * Some attributes (`host.id`) may still be awaited: see `waitForAsyncAttributes` of the result.
 */
export function detectResource(declared: DeclaredResource, sources: ResourceSources): Resource {
  const otel = require('@opentelemetry/resources') as typeof import('@opentelemetry/resources');
  const { resourceFromAttributes } = otel;
  const process = otel.processDetector.detect();
  // The arguments of a program may hold a password; the name of the program says enough.
  const { 'process.command_args': _arguments, ...processAttributes } = process.attributes ?? {};
  return otel
    .defaultResource()
    .merge(resourceFromAttributes({ 'telemetry.distro.name': 'otelier', 'telemetry.distro.version': version }))
    .merge(otel.detectResources({ detectors: [otel.hostDetector, otel.serviceInstanceIdDetector] }))
    .merge(resourceFromAttributes(processAttributes))
    .merge(resourceFromAttributes(detectContainer(sources)))
    .merge(resourceFromAttributes(detectKubernetes(sources)))
    .merge(resourceFromAttributes(declared.attributes))
    .merge(resourceFromAttributes(declared.serviceName === undefined ? {} : { 'service.name': declared.serviceName }))
    .merge(resourceFromAttributes(declared.inCode));
}

/**
 * `container.id` from the control group of this process: its last path element under cgroup v1, the path that
 * `/etc/hostname` is mounted from under v2.
 */
export function detectContainer({ readFile }: Pick<ResourceSources, 'readFile'>): Attributes {
  const id =
    /\/(?:[\w.-]*[-:])?([0-9a-f]{64})(?:\.scope)?$/m.exec(readFile('/proc/self/cgroup') ?? '')?.[1] ??
    /\/(?:containers|sandboxes|overlay-containers)\/([0-9a-f]{64})\/.*\/etc\/hostname /.exec(
      readFile('/proc/self/mountinfo') ?? '',
    )?.[1];
  return id === undefined ? {} : { 'container.id': id };
}

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** Attributes and the variables that the downward API usually fills; the second group only counts inside a cluster. */
const kubernetesVariables: Readonly<Record<string, { named: readonly string[]; inCluster: readonly string[] }>> = {
  'k8s.pod.name': { named: ['K8S_POD_NAME', 'OTEL_RESOURCE_ATTRIBUTES_POD_NAME'], inCluster: ['POD_NAME', 'HOSTNAME'] },
  'k8s.pod.uid': { named: ['K8S_POD_UID', 'OTEL_RESOURCE_ATTRIBUTES_POD_UID'], inCluster: ['POD_UID'] },
  'k8s.namespace.name': { named: ['K8S_NAMESPACE_NAME', 'K8S_NAMESPACE'], inCluster: ['POD_NAMESPACE', 'NAMESPACE'] },
  'k8s.node.name': { named: ['K8S_NODE_NAME', 'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME'], inCluster: ['NODE_NAME'] },
  'k8s.container.name': { named: ['K8S_CONTAINER_NAME'], inCluster: ['CONTAINER_NAME'] },
  'k8s.deployment.name': { named: ['K8S_DEPLOYMENT_NAME'], inCluster: [] },
  'k8s.cluster.name': { named: ['K8S_CLUSTER_NAME'], inCluster: [] },
};

/** `k8s.*` from variables that a pod's manifest fills through the downward API, and from the service account. */
export function detectKubernetes({ environment, readFile }: ResourceSources): Attributes {
  const inCluster = (environment['KUBERNETES_SERVICE_HOST'] ?? '') !== '';
  const attributes: Attributes = {};
  for (const [attribute, variables] of Object.entries(kubernetesVariables)) {
    const names = inCluster ? [...variables.named, ...variables.inCluster] : variables.named;
    const value = names.map((name) => environment[name]).find((text) => text !== undefined && text !== '');
    if (value !== undefined) attributes[attribute] = value;
  }
  if (inCluster && attributes['k8s.namespace.name'] === undefined) {
    const namespace = readFile(namespaceFile)?.trim();
    if (namespace !== undefined && namespace !== '') attributes['k8s.namespace.name'] = namespace;
  }
  return attributes;
}
