/** Names of dashboards and rules. */

/**
 * Returns a name in Prometheus or Grafana that is unique for each namespace: `name`, after the namespace in lower case.
 *
 * @param otherwise stands for the namespace if there is none.
 */
export function inNamespace(namespace: string | undefined, name: string, separator: '_' | '-', otherwise = ''): string {
  const prefix = namespace?.toLowerCase().replace(/[^a-z0-9]+/g, separator) ?? otherwise;
  return prefix === '' ? name : `${prefix}${separator}${name}`;
}
