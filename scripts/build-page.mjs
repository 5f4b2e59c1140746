/** Builds the live page: one HTML, compressed, and the policy that permits its script and its style only. */
import { gzipSync } from 'node:zlib';

const html = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Metrics</title><h1>Metrics</h1></html>\n';

/** Returns the code of the module that has the page: `gzip` is the HTML in base64, `csp` the policy. */
export async function pageModule() {
  const gzip = gzipSync(html, { level: 9 }).toString('base64');
  return `export const page = ${JSON.stringify({ gzip, csp: "default-src 'none'; frame-ancestors 'none'" })};\n`;
}
