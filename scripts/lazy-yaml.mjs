/**
 * Plugin of rolldown: includes the package yaml as a text, which its first use evaluates.
 *
 * Only configuration files need yaml, but its modules are a third of the code that the root imports, and compiling them
 * takes 3 ms. A dynamic import would make `startMetrics` asynchronous.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Exports of yaml that the sources import. Another name fails the build. */
const names = ['isMap', 'isPair', 'parse', 'parseDocument', 'stringify', 'visit'];
/** yaml's build for browsers, whose ES modules can be bundled without unused parts and without `require`. */
const yaml = fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url));
const id = '\0lazy-yaml';
const entry = '\0used-of-yaml';

const usedOfYaml = {
  name: 'used-of-yaml',
  resolveId: (source) => (source === entry ? entry : undefined),
  load: (source) => (source === entry ? `export { ${names.join(', ')} } from ${JSON.stringify(yaml)};` : undefined),
};

/** Name of the chunk with the text. Both module formats share it: it is an ES module, which CommonJS loads at the first use. */
export const yamlChunk = 'yaml.js';

/** Returns the plugin for a module format. */
export const lazyYaml = (format) => ({
  name: 'lazy-yaml',
  resolveId: (source) =>
    source === 'yaml' ? id : source === `./${yamlChunk}` ? { id: source, external: true } : undefined,
  load(loaded) {
    if (loaded !== id) return undefined;
    return [
      format === 'esm' ? `import script from './${yamlChunk}';` : '',
      `const text = () => ${format === 'esm' ? 'script' : `require('./${yamlChunk}').default`};`,
      'let evaluated;',
      "const evaluate = () => process.getBuiltinModule('node:vm').runInThisContext(text(), { filename: 'yaml' });",
      ...names.map((name) => `export const ${name} = (...values) => (evaluated ??= evaluate()).${name}(...values);`),
    ].join('\n');
  },
});

/** Returns the code of the shared chunk. */
export async function yamlText() {
  const bundle = await rolldown({ input: entry, plugins: [usedOfYaml] });
  const { output } = await bundle.generate({ format: 'iife', name: 'exported', minify: true });
  return `export default ${JSON.stringify(`(() => { ${output[0].code}\nreturn exported; })()`)};\n`;
}
