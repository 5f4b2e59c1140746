/** Process attributes of the stock detector, which reports Bun and Deno as Node, corrected for both. */
import type { DetectedResourceAttributes } from '@opentelemetry/resources';
import type { ResourceSources } from './sources.js';

/** Part of `process` that the attributes depend on. */
export interface RunningProcess {
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Absent on Windows. */
  getuid?(): number;
}

/** Runtimes other than Node, by the key of their version in `process.versions`. */
const runtimes = { bun: 'Bun', deno: 'Deno' } as const;

/**
 * Returns the process attributes.
 *
 * Omits the arguments, because they may contain a password. Under Bun and Deno, runtime and executable are those of Bun
 * and Deno; `process.versions.node` is only the version of Node that they are compatible with.
 *
 * @param detected attributes of the stock detector.
 */
export function detectProcess(
  detected: DetectedResourceAttributes,
  { versions, getuid }: RunningProcess,
  { readFile }: Pick<ResourceSources, 'readFile'>,
): DetectedResourceAttributes {
  const { 'process.command_args': _arguments, ...attributes } = detected;
  const name = (Object.keys(runtimes) as (keyof typeof runtimes)[]).find((key) => versions[key] !== undefined);
  if (name === undefined) return attributes;
  const runtime = {
    'process.runtime.name': name,
    'process.runtime.version': versions[name],
    'process.runtime.description': runtimes[name],
    // Both set `process.title` to the path of the executable.
    'process.executable.name': String(attributes['process.executable.path']).split(/[\\/]/).at(-1),
  };
  if (name === 'deno') return { ...attributes, ...runtime };
  const { 'process.owner': user, ...withoutOwner } = attributes;
  const owner = ownerFrom(readFile('/etc/passwd'), getuid?.()) ?? (user === 'unknown' ? undefined : user);
  return { ...withoutOwner, ...runtime, ...(owner === undefined ? {} : { 'process.owner': owner }) };
}

/** Returns the user name of `uid` from /etc/passwd. `os.userInfo()` of Bun returns the variable USER, or "unknown". */
function ownerFrom(passwd: string | undefined, uid: number | undefined): string | undefined {
  if (passwd === undefined || uid === undefined) return undefined;
  const fields = passwd.split('\n').map((line) => line.split(':'));
  return fields.find(([, , id]) => id === String(uid))?.[0];
}
