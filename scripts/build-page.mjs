/**
 * Builds the live page: one HTML file with its styles and its code, and the policy that permits nothing else.
 *
 * Run as a program, writes the page to `build/page/index.html` and prints its sizes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src', 'page');
/** Style sheets in the order in which they apply. */
const styleSheets = [
  createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'),
  ...['theme', 'bars', 'views', 'panels', 'lists', 'narrow'].map((name) => join(sources, 'styles', `${name}.css`)),
];

/** Packages whose code the page has, for the licenses. */
export const packagesOfPage = ['preact', '@preact/signals', '@preact/signals-core', 'uplot'];

/** Returns the page: its HTML, the same compressed, and its content security policy. */
export async function buildPage() {
  const script = await scriptText();
  const style = minifyStyles(styleSheets.map((file) => readFileSync(file, 'utf8')).join('\n'));
  const html = readFileSync(join(sources, 'page.html'), 'utf8')
    .replaceAll(/>\s+</g, '><')
    .replace('/*style*/', () => style)
    .replace('/*script*/', () => script);
  const csp = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    // The icon.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text can become markup, not even by mistake.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return { html, gzip: gzipSync(html, { level: constants.Z_BEST_COMPRESSION }), csp };
}

/** Returns the code of the module that has the page: `page.gzip` is base64. */
export async function pageModule() {
  const { gzip, csp } = await buildPage();
  return `export const page = ${JSON.stringify({ gzip: gzip.toString('base64'), csp })};\n`;
}

async function scriptText() {
  const bundle = await rolldown({
    input: join(sources, 'main.tsx'),
    cwd: root,
    platform: 'browser',
    tsconfig: false,
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    transform: { jsx: { runtime: 'automatic', importSource: 'preact' }, target: 'es2022' },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, comments: false });
  const [{ code }] = output;
  // The end of a script element ends it even within a string.
  return code
    .trim()
    .replaceAll(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '<\\!--');
}

function minifyStyles(css) {
  return css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .replaceAll(/: /g, ':')
    .replaceAll(';}', '}')
    .trim();
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { html, gzip } = await buildPage();
  const folder = join(root, 'build', 'page');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), html);
  console.log(`build/page/index.html: ${html.length} bytes, ${gzip.length} compressed`);
}
