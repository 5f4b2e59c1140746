/** The namespace of a pack: as an option, and in the names of its dashboard and rules. */

/** Returns the option `namespace` if it is defined, else no option. */
export function namespaceOption(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** Returns the uid and the title of a pack's dashboard. */
export function dashboardName(
  pack: string,
  title: string,
  namespace: string | undefined,
): { readonly uid: string; readonly title: string } {
  if (namespace === undefined) return { uid: `otelier-${pack}`, title };
  const uid = `otelier-${pack}-${namespace.replace(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 40);
  return { uid, title: `${title} · ${namespace}` };
}

/** Returns the name of a pack's group of rules. */
export function groupName(pack: string, namespace: string | undefined): string {
  return namespace === undefined ? pack : `${pack}-${namespace}`;
}

/** Returns the prefix of the names of a pack's objectives and recording rules. */
export function objectivePrefix(pack: string, namespace: string | undefined): string {
  return namespace === undefined ? pack : `${namespace.toLowerCase().replaceAll('.', '_')}_${pack}`;
}
