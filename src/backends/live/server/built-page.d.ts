/** The live page as `scripts/build-page.mjs` builds it; `scripts/built-page.mjs` provides the module. */
declare module 'page?built' {
  /** `gzip`: the HTML, compressed, in base64. `csp`: value of its header Content-Security-Policy. */
  export const page: { readonly gzip: string; readonly csp: string };
}
