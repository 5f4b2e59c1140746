/** The PEM files of a backend that sends by TLS. */
import { readFileSync } from 'node:fs';
import type { BackendContext } from './contract.js';
import { reasonOf } from './deliveries.js';
import type { TransportTarget } from './transport.js';

/** Paths as options have them; all absent without TLS of one's own. */
export interface TlsFiles {
  /** What the server is trusted by. */
  readonly certificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly clientCertificate: string | undefined;
}

/**
 * The files as text. One that cannot be read is reported and left out: the server then says what it misses.
 *
 * @param backend whose files they are, for the report.
 */
export function readTlsFiles(files: TlsFiles, backend: string, warn: BackendContext['warn']): TransportTarget['tls'] {
  const paths = { ca: files.certificate, key: files.clientKey, cert: files.clientCertificate };
  const read: { ca?: string; key?: string; cert?: string } = {};
  for (const [name, path] of Object.entries(paths) as [keyof typeof paths, string | undefined][]) {
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8');
    } catch (error) {
      warn(`${backend}: the PEM file ${path} cannot be read: ${reasonOf(error)}`);
    }
  }
  return read;
}
