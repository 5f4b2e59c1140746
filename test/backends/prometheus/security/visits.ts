/** TLS clients. */
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { CertificateFiles } from './certificates.js';

/** Result of a connection, from the client's side. */
export interface Visit {
  readonly text: string;
  readonly server: string;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
  readonly protocol: string;
  readonly cipher: string;
}

/** Connects and reads until the server closes. Rejects when the server sent nothing. */
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

/** Returns the client certificate and key as connection options. */
export const identity = (files: CertificateFiles) => ({
  cert: readFileSync(files.certificate),
  key: readFileSync(files.key),
});
