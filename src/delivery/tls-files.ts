/** PEM files for TLS connections. */
import { readFileSync } from 'node:fs';
import { renderConsequence } from '../errors.js';
import type { BackendContext } from './contract.js';
import type { HttpTarget } from './http-client.js';
import { reasonOf } from './reason.js';

/** Paths of PEM files; an absent one means the system's default. */
export interface TlsFiles {
  /** Certificate authorities that the server's certificate is verified with. */
  readonly certificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly clientCertificate: string | undefined;
}

/**
 * Reads the files. A file that cannot be read is logged and left out; the connection then fails with the server's reason.
 *
 * @param backend name in the log line, if the source of the option is unknown.
 */
export function readTlsFiles(
  files: TlsFiles,
  backend: string,
  { warn, sourceOf = (option) => `${backend}.${option}` }: Pick<BackendContext, 'warn' | 'sourceOf'>,
): HttpTarget['tls'] {
  const options = { ca: 'certificate', key: 'clientKey', cert: 'clientCertificate' } as const;
  const read: { ca?: string; key?: string; cert?: string } = {};
  for (const [name, option] of Object.entries(options) as [keyof typeof options, keyof TlsFiles][]) {
    const path = files[option];
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const expected = `a readable PEM file (${code ?? reasonOf(error)})`;
      warn(renderConsequence({ where: sourceOf(option), value: path, expected }, '; connecting without it'));
    }
  }
  return read;
}
