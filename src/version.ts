/** The version of this package; a test compares it with package.json. */
export const version = '0.1.0';

/**
 * The range of versions that work together in one process: one major version, before 1.0.0 one minor version.
 *
 * Copies of the package in one range share state on `globalThis`. Within a range, the members that copies use of each
 * other's objects must not change.
 */
export const compatibleRange = version.split('.', version.startsWith('0.') ? 2 : 1).join('.');
