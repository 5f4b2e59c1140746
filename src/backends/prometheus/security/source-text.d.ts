/** Source of a package as text; `scripts/source-text.mjs` resolves it for the build and for tests. */
declare module '*?source' {
  const source: string;
  export default source;
}
