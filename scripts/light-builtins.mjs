/**
 * Plugin of rolldown: gives OpenTelemetry's resources replacements for `process` and `crypto`.
 *
 * Importing either as an ES module takes 4 ms, because Node then evaluates all its properties, among them the standard
 * streams and the Web Crypto API.
 */
const replacements = {
  process: 'export const { platform, arch, env } = globalThis.process;',
  crypto: "export const randomUUID = () => process.getBuiltinModule('node:crypto').randomUUID();",
};
const prefix = '\0light:';

export const lightBuiltins = {
  name: 'light-builtins',
  resolveId: (id, importer) =>
    Object.hasOwn(replacements, id) && /[\\/]@opentelemetry[\\/]resources[\\/]/.test(importer)
      ? prefix + id
      : undefined,
  load: (id) => (id.startsWith(prefix) ? replacements[id.slice(prefix.length)] : undefined),
};
