/**
 * Plugin of rolldown: includes the package yaml as a text, which its first use evaluates.
 *
 * Only configuration files need yaml, but its modules are a third of the code that the root imports, and compiling them
 * takes 3 ms. A dynamic import would make `startMetrics` asynchronous.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Exports of yaml that the sources import. Another name fails the build. */
const names = ['isMap', 'isPair', 'parse', 'parseDocument', 'visit'];
/** yaml's build for browsers, whose ES modules can be bundled without unused parts and without `require`. */
const yaml = fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url));
const id = '\0lazy-yaml';
const entry = '\0used-of-yaml';

const usedOfYaml = {
  name: 'used-of-yaml',
  resolveId: (source) => (source === entry ? entry : undefined),
  load: (source) => (source === entry ? `export { ${names.join(', ')} } from ${JSON.stringify(yaml)};` : undefined),
};

export const lazyYaml = {
  name: 'lazy-yaml',
  resolveId: (source) => (source === 'yaml' ? id : undefined),
  async load(loaded) {
    if (loaded !== id) return undefined;
    const bundle = await rolldown({ input: entry, plugins: [usedOfYaml] });
    const { output } = await bundle.generate({ format: 'iife', name: 'exported', minify: true });
    const script = `(() => { ${output[0].code}\nreturn exported; })()`;
    return [
      `const script = ${JSON.stringify(script)};`,
      'let evaluated;',
      "const evaluate = () => process.getBuiltinModule('node:vm').runInThisContext(script, { filename: 'yaml' });",
      ...names.map((name) => `export const ${name} = (...values) => (evaluated ??= evaluate()).${name}(...values);`),
    ].join('\n');
  },
};
