/** Examples in doc comments, as editors show them: each public symbol has one, and each compiles against the package. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as dashboards from 'otelier/dashboards';
import * as panels from 'otelier/panels';
import { expect, test } from 'vitest';
import { securityOptions } from '../src/backends/prometheus/security/options.js';
import { shopModule } from './support/shop-module.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Declarations of the package, with the file of each. */
const declarations = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.d.cts'))
  .map((name) => ({ name, text: readFileSync(join(root, 'dist', name), 'utf8') }));

/** A doc comment and the line below it. */
const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(.*)/g;

/** Doc comments of the package, as text without asterisks, with the name of the declared symbol. */
const comments = declarations.flatMap(({ name, text }) =>
  [...text.matchAll(comment)].map(({ 1: raw = '', 2: below = '' }) => ({
    file: name,
    symbol: /^(?:(?:export|declare|readonly|function|interface|type|const|class) )*([\w$]+)/.exec(below)?.[1] ?? below,
    doc: raw.replace(/^ *\* ?/gm, ''),
  })),
);

/** Returns the code of a comment's example. */
function exampleOf(doc: string): string | undefined {
  const [, example] = doc.split('@example');
  return example?.replace(/\n@[\s\S]*/, '').trim();
}

const makers = [
  ...['counter', 'upDownCounter', 'gauge', 'histogram', 'observableCounter', 'observableUpDownCounter'],
  ...['observableGauge', 'info', 'stateSet', 'oneOf', 'text', 'integer', 'boolean', 'optional', 'asError'],
  ...['linearBuckets', 'exponentialBuckets', 'defineCatalogue', 'startMetrics', 'instrumentsOf', 'viewsOf'],
];

/** Declarations whose members all have an example. */
const complete = [
  ...['Counter', 'Histogram<A', 'Gauge', 'Info', 'StateSet', 'Observable', 'Observation', 'Timer'],
  ...['BoundCounter', 'BoundHistogram', 'BoundGauge'],
  ...['DefinitionOptions', 'SumOptions', 'GaugeOptions', 'HistogramOptions', 'StateSetOptions', 'CatalogueOptions'],
  ...['StartOptions', 'StartSettings', 'generalOptions'],
];

/** Entry points whose functions examples use without an import. */
const designTime = { 'otelier/panels': panels, 'otelier/dashboards': dashboards };

/** Returns imports of the functions that an example calls. */
function importsOf(code: string): string {
  return Object.entries(designTime)
    .map(([entryPoint, module]) => {
      const used = Object.keys(module).filter((name) => new RegExp(`\\b${name}\\(`).test(code));
      return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${entryPoint}';`;
    })
    .join('\n');
}

/** Modules that examples import and that do not exist here. */
const surroundings = {
  // Its types are a package of their own.
  'koa.d.ts': "declare module 'koa';\n",
  'src/influx.ts': `import type { ConfiguredBackend } from 'otelier';
import type { ArrivedPoint } from 'otelier/testing/backend';
export declare function influx(options: { url: string; token: string }): ConfiguredBackend;
export declare function readLines(text: string): ArrivedPoint[];
`,
};

/** Returns the members of a declaration in two spaces of indentation, each with its doc comment. */
function membersOf(declaration: string): [name: string, doc: string][] {
  const body = new RegExp(
    `^(?:export )?(?:declare )?(?:interface|const) ${declaration}\\b.*\\{\\n((?:(?!^\\}).*\\n)*)`,
    'm',
  );
  const [, text = ''] = declarations.map((file) => body.exec(file.text)).find((match) => match !== null) ?? [];
  const found: [string, string][] = [];
  let doc = '';
  for (const line of text.split('\n')) {
    if (/^ {2}\/\*\*/.test(line)) doc = '';
    if (/^ {2}(\/\*\*| \*)/.test(line)) doc += `${line}\n`;
    const [, name] = /^ {2}(?:readonly )?(\w+)\??[<(:]/.exec(line) ?? [];
    if (name !== undefined) found.push([name, doc]);
    if (name !== undefined) doc = '';
  }
  return found;
}

test.each(makers)('%s has a doc comment with an example', (name) => {
  const found = comments.filter(({ symbol, doc }) => symbol === name && exampleOf(doc) !== undefined);
  expect(found).not.toEqual([]);
});

test.each(complete)('every member of %s has a doc comment with an example', (name) => {
  // `startMetrics` has `resource` instead.
  const found = membersOf(name).filter(([member]) => member !== 'resourceAttributes');
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(([, doc]) => !doc.includes('@example')).map(([member]) => member)).toEqual([]);
});

test.each(['prometheusOptions', 'otlpOptions', 'datadogOptions', 'pushgatewayOptions'])(
  'every option of %s has a doc comment',
  (name) => {
    // Declarations lose the comments of options that a table takes over from another one.
    const found = membersOf(name).filter(([member]) => !Object.hasOwn(securityOptions, member));
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(([, doc]) => doc === '').map(([member]) => member)).toEqual([]);
  },
);

test('examples compile in strict mode against the package', () => {
  mkdirSync(join(root, 'build'), { recursive: true });
  // Inside the repository, so that the package resolves by its own name.
  const folder = mkdtempSync(join(root, 'build', 'doc-examples-'));
  try {
    const examples = comments.flatMap(({ file, symbol, doc }) => {
      const code = exampleOf(doc);
      return code === undefined ? [] : [{ file, symbol, code }];
    });
    expect(examples.length).toBeGreaterThan(70);
    for (const name of ['src', 'test']) mkdirSync(join(folder, name));
    for (const [index, { file, symbol, code }] of examples.entries()) {
      const source = code.startsWith('import ')
        ? code
        : `${shopModule}\n${importsOf(code)}\n// ${file}: ${symbol}\n{\n${code}\n}`;
      writeFileSync(join(folder, 'test', `${symbol}-${index}.ts`), `${source}\nexport {};\n`);
    }
    for (const [name, code] of Object.entries(surroundings)) writeFileSync(join(folder, name), code);
    const compilerOptions = { noEmit: true, rootDir: '.', noUnusedLocals: false, noUnusedParameters: false };
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['.'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    expect(compile(folder)).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Compiles a project; returns the errors. */
function compile(project: string): string {
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
