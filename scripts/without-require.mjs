/**
 * Plugin of rolldown: bundles CommonJS packages without `require`, which an ES module can only create from
 * `import.meta.url`. A bundle of an application in CommonJS has no such URL.
 *
 * The optional native packages of ws are left out: Node has what they speed up.
 */
import { isBuiltin } from 'node:module';

const packages = /[\\/]node_modules[\\/](?:ws|commander)[\\/]/;
const native = ['bufferutil', 'utf-8-validate'];
const prefix = '\0absent:';

export const withoutRequire = {
  name: 'without-require',
  resolveId: (source) => (native.includes(source) ? prefix + source : undefined),
  // ws catches the error. An ES module would be evaluated when ws is loaded.
  load: (id) => (id.startsWith(prefix) ? "module.exports = {}; throw new Error('not bundled');" : undefined),
  // commander has a variable `process`.
  transform(code, id) {
    if (!packages.test(id)) return undefined;
    return code.replace(/\brequire\('([\w:-]+)'\)/g, (call, name) =>
      isBuiltin(name) ? `globalThis.process.getBuiltinModule('node:${name.replace('node:', '')}')` : call,
    );
  },
};
