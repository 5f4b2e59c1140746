/** Datadog sites: the names that select a region, and the site that a URL, a host name or a region stands for. */

const site = /^(?:[a-z\d-]+\.)?(?:datadoghq\.(?:com|eu)|ddog-gov\.com)$/;
/** Names of hosts at a site. */
const hostAtSite = /^(?:app|api|www|otlp)\./;

/** Sites by the names of their regions. */
const regions: Readonly<Record<string, string>> = {
  us: 'datadoghq.com',
  us1: 'datadoghq.com',
  us3: 'us3.datadoghq.com',
  us5: 'us5.datadoghq.com',
  eu: 'datadoghq.eu',
  eu1: 'datadoghq.eu',
  ap1: 'ap1.datadoghq.com',
  ap2: 'ap2.datadoghq.com',
  gov: 'ddog-gov.com',
};

/** Reports whether a text is the name of a site; the names of hosts at a site, such as app.SITE, are not. */
export function isDatadogSite(text: string): boolean {
  return site.test(text) && !hostAtSite.test(text);
}

/** Returns the site that a text stands for, such as `datadoghq.eu` for `https://app.datadoghq.eu/`; `undefined` if none. */
export function likelyDatadogSite(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/["'`\s]/g, '')
    .replace(/^https?:\/\//, '')
    .replace(/[:/?#].*$/, '')
    .replace(/\.$/, '')
    .replace(hostAtSite, '');
  if (Object.hasOwn(regions, name)) return regions[name];
  return isDatadogSite(name) ? name : undefined;
}
