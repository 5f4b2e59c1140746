/** The response with the live page, which is compressed when the package is built. */
/// <reference path="./built-page.d.ts" />
import { page } from 'page?built';
import type { RouteRequest, RouteResponse } from '../../../delivery/routes.js';

let bytes: { readonly gzip: Buffer; readonly html: Buffer; readonly etag: string } | undefined;

/** Returns the page, or 304 if the client has it. */
export function pageResponse({ headers }: RouteRequest): RouteResponse {
  bytes ??= decode();
  const { gzip, html, etag } = bytes;
  const shared = {
    'content-security-policy': page.csp,
    'cache-control': 'no-cache',
    etag,
    vary: 'Accept-Encoding',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  };
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag)) return { status: 304, headers: shared, body: [] };
  const typed = { ...shared, 'content-type': 'text/html; charset=utf-8' };
  const takesGzip = /(?:^|[\s,])(?:gzip|\*)\s*(?:;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|,|$)/i.test(
    String(headers['accept-encoding'] ?? ''),
  );
  return takesGzip
    ? { status: 200, headers: { ...typed, 'content-encoding': 'gzip' }, body: [gzip] }
    : { status: 200, headers: typed, body: [html] };
}

function decode() {
  const gzip = Buffer.from(page.gzip, 'base64');
  const html = process.getBuiltinModule('node:zlib').gunzipSync(gzip);
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(html).digest('base64url');
  return { gzip, html, etag: `"${hash.slice(0, 22)}"` };
}
