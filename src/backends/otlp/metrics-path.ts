/** The path of a base gets `/v1/metrics` added, wherever a query follows; what is no URL is left for the check to find. */
export function withMetricsPath(base: string): string {
  if (!URL.canParse(base)) return base;
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url.href;
}
