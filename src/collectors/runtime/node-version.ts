/** The version of Node, as both sets of names show it. */
import { text } from '../../catalogue/attributes.js';

const part = text({ limit: 2 });

/** Attributes of the info metric. */
export const versionAttributes = { version: part, major: part, minor: part, patch: part };

/** Returns the values of the attributes. */
export function nodeVersion() {
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  return { version: process.version, major, minor, patch };
}
