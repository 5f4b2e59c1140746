/** Names of objectives. */

/** Returns the prefix of the names of a pack's objectives: the namespace, if there is one, and the pack. */
export function objectivePrefix(pack: string, namespace: string | undefined): string {
  return namespace === undefined ? pack : `${namespace.toLowerCase().replaceAll('.', '_')}_${pack}`;
}
