/** PEM files for TLS connections. */
import { readFileSync } from 'node:fs';
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
 * @param backend name in the log line.
 */
export function readTlsFiles(files: TlsFiles, backend: string, warn: BackendContext['warn']): HttpTarget['tls'] {
  const paths = { ca: files.certificate, key: files.clientKey, cert: files.clientCertificate };
  const read: { ca?: string; key?: string; cert?: string } = {};
  for (const [name, path] of Object.entries(paths) as [keyof typeof paths, string | undefined][]) {
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8');
    } catch (error) {
      warn(`${backend}: cannot read PEM file ${path}: ${reasonOf(error)}; connecting without it`);
    }
  }
  return read;
}
