/** Who records: the OpenTelemetry resource, from detectors, the environment and code, later ones winning. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import type { DetectedResourceAttributes, Resource, ResourceDetector } from '@opentelemetry/resources';
import type { DetectorName, FileResource } from '../../settings/file/resource.js';
import { version } from '../../version.js';

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
  /** Of `OTEL_RESOURCE_ATTRIBUTES`, or of a configuration file. */
  readonly attributes: Attributes;
  /** Given in code. */
  readonly inCode: Attributes;
  readonly schemaUrl?: string | undefined;
  /** What a configuration file says of detection; everything is detected when it says nothing. */
  readonly detection?: FileResource['detection'];
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
  const { attributes, serviceName, inCode, schemaUrl } = declared;
  return otel
    .defaultResource()
    .merge(resourceFromAttributes({ 'telemetry.distro.name': 'otelier', 'telemetry.distro.version': version }))
    .merge(otel.detectResources({ detectors: detectorsOf(otel, declared.detection, sources) }))
    .merge(resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl }))
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }))
    .merge(resourceFromAttributes(inCode));
}

type Otel = typeof import('@opentelemetry/resources');
type Detect = ResourceDetector['detect'];

/** Those that are to run, in their order, each with what is taken of it. */
function detectorsOf(otel: Otel, detection: FileResource['detection'], sources: ResourceSources): ResourceDetector[] {
  const all: Readonly<Record<DetectorName, readonly Detect[]>> = {
    host: [() => otel.hostDetector.detect()],
    service: [() => otel.serviceInstanceIdDetector.detect(), () => ({ attributes: serviceName(detection, sources) })],
    process: [() => ({ attributes: detectProcess(otel) })],
    container: [() => ({ attributes: detectContainer(sources) })],
    'otelier/kubernetes': [() => ({ attributes: detectKubernetes(sources) })],
  };
  const takes = (key: string) => detection?.takes(key) ?? true;
  return Object.entries(all)
    .filter(([name]) => detection?.detectors.has(name as DetectorName) ?? true)
    .flatMap(([, detects]) => detects)
    .map((detect) => ({
      detect() {
        const { attributes = {} } = detect();
        return { attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => takes(key))) };
      },
    }));
}

/** The arguments of a program may hold a password; the name of the program says enough. */
function detectProcess(otel: Otel): DetectedResourceAttributes {
  const { 'process.command_args': _arguments, ...attributes } = otel.processDetector.detect().attributes ?? {};
  return attributes;
}

/** Who asks for this detector in a file asks for `OTEL_SERVICE_NAME`, which is not read otherwise then. */
function serviceName(detection: FileResource['detection'], { environment }: ResourceSources): Attributes {
  const name = environment['OTEL_SERVICE_NAME']?.trim();
  return detection === undefined || name === undefined || name === '' ? {} : { 'service.name': name };
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
