/** Appends `/v1/metrics` to the path of a base URL. Returns an invalid URL unchanged; option validation reports it. */
export function withMetricsPath(base: string): string {
  if (!URL.canParse(base)) return base;
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url.href;
}
