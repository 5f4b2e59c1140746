/** Names of dashboards. */

/** Returns the uid and the title of a pack's dashboard. A namespace is part of both: it has a dashboard of its own. */
export function dashboardName(
  pack: string,
  title: string,
  namespace: string | undefined,
): { readonly uid: string; readonly title: string } {
  if (namespace === undefined) return { uid: `otelier-${pack}`, title };
  const uid = `otelier-${pack}-${namespace.replace(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 40);
  return { uid, title: `${title} · ${namespace}` };
}
