/** Plugin of rolldown and vite: `import text from 'PACKAGE?source'` imports the CommonJS source of a package as text. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const prefix = '\0source:';

export const sourceText = {
  name: 'source-text',
  // Vite would find the package first, and leave the query out.
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('?source') ? prefix + id.replace('?source', '') : undefined),
  load: (id) =>
    id.startsWith(prefix)
      ? `export default ${JSON.stringify(readFileSync(require.resolve(id.slice(prefix.length)), 'utf8'))};`
      : undefined,
};
