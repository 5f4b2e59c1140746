/** Plugin of rolldown and vite: `import text from 'PACKAGE?source'` imports the CommonJS source of a package, minified. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { minifySync } from 'rolldown/utils';

const require = createRequire(import.meta.url);
const prefix = '\0source:';

export const sourceText = {
  name: 'source-text',
  // Vite would find the package first, and leave the query out.
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('?source') ? prefix + id.replace('?source', '') : undefined),
  load(id) {
    if (!id.startsWith(prefix)) return undefined;
    const file = require.resolve(id.slice(prefix.length));
    return `export default ${JSON.stringify(minifySync(file, readFileSync(file, 'utf8')).code)};`;
  },
};
