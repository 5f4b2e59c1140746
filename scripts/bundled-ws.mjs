/**
 * Plugin of rolldown: bundles the package ws without `require`, which an ES module does not have.
 *
 * Its optional native packages are left out: Node has what they speed up.
 */
const native = ['bufferutil', 'utf-8-validate'];
const prefix = '\0absent:';

export const bundledWs = {
  name: 'bundled-ws',
  resolveId: (source) => (native.includes(source) ? prefix + source : undefined),
  // ws catches the error. An ES module would be evaluated when ws is loaded.
  load: (id) => (id.startsWith(prefix) ? "module.exports = {}; throw new Error('not bundled');" : undefined),
  transform(code, id) {
    if (!/[\\/]node_modules[\\/]ws[\\/]/.test(id)) return undefined;
    return code.replace(/\brequire\('(?!\.|bufferutil|utf-8-validate)(\w+)'\)/g, "process.getBuiltinModule('node:$1')");
  },
};
