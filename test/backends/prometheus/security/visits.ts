/** Clients of TLS. */
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { CertificateFiles } from './certificates.js';

/** What a client saw. */
export interface Visit {
  readonly text: string;
  readonly server: string;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
  readonly protocol: string;
  readonly cipher: string;
}

/** Connects, and rejects unless something was said. */
export function visitWith(port: number, more: ConnectionOptions): Promise<Visit> {
  return new Promise((resolve, reject) => {
    let text = '';
    let session: Buffer | undefined;
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ...more });
    let seen: Omit<Visit, 'text' | 'session'>;
    socket.on('secureConnect', () => {
      const { subject } = socket.getPeerCertificate();
      seen = {
        server: subject?.CN as string,
        reused: socket.isSessionReused(),
        protocol: socket.getProtocol() as string,
        cipher: socket.getCipher().standardName,
      };
    });
    socket.on('session', (found) => {
      session = found;
    });
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('error', reject);
    socket.on('close', () => (text === '' ? reject(new Error('closed')) : resolve({ text, session, ...seen })));
  });
}

/** What a client shows. */
export const identity = (files: CertificateFiles) => ({
  cert: readFileSync(files.certificate),
  key: readFileSync(files.key),
});
