/** Names of resources of Kubernetes. */

/** Returns a text as a name: lower-case letters, digits and `-`, at most 50 characters. */
export function kubernetesName(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return name.slice(0, 50).replace(/^-+|-+$/g, '');
}
