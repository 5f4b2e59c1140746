/** Kubernetes detector: `k8s.*` attributes from variables and from the service account. */
import type { Attributes } from '@opentelemetry/api';
import type { ResourceSources } from './sources.js';

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/**
 * Variables that pod manifests commonly fill through the downward API, by attribute. `inCluster` variables have generic
 * names and are read only inside a cluster.
 */
const variablesByAttribute: Readonly<Record<string, { named: readonly string[]; inCluster: readonly string[] }>> = {
  'k8s.pod.name': { named: ['K8S_POD_NAME', 'OTEL_RESOURCE_ATTRIBUTES_POD_NAME'], inCluster: ['POD_NAME', 'HOSTNAME'] },
  'k8s.pod.uid': { named: ['K8S_POD_UID', 'OTEL_RESOURCE_ATTRIBUTES_POD_UID'], inCluster: ['POD_UID'] },
  'k8s.namespace.name': { named: ['K8S_NAMESPACE_NAME', 'K8S_NAMESPACE'], inCluster: ['POD_NAMESPACE', 'NAMESPACE'] },
  'k8s.node.name': { named: ['K8S_NODE_NAME', 'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME'], inCluster: ['NODE_NAME'] },
  'k8s.container.name': { named: ['K8S_CONTAINER_NAME'], inCluster: ['CONTAINER_NAME'] },
  'k8s.deployment.name': { named: ['K8S_DEPLOYMENT_NAME'], inCluster: [] },
  'k8s.cluster.name': { named: ['K8S_CLUSTER_NAME'], inCluster: [] },
};

/** Returns the `k8s.*` attributes; the namespace falls back to the file of the service account. */
export function detectKubernetes({ environment, readFile }: ResourceSources): Attributes {
  const inCluster = (environment['KUBERNETES_SERVICE_HOST'] ?? '') !== '';
  const attributes: Attributes = {};
  for (const [attribute, variables] of Object.entries(variablesByAttribute)) {
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
