/** Creates certificates with openssl, in a folder that is removed after the test file. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Creates a temporary folder for the test file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-tls-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a certificate for `names` such as `DNS:localhost`, signed by `authority` or self-signed. */
export function makeCertificate(
  folder: string,
  subject: string,
  names: readonly string[] = [],
  authority?: CertificateFiles,
): CertificateFiles {
  const name = subject.replace(/\W+/g, '-');
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const config = join(folder, `${name}.cnf`);
  // One line per name: in a single line, a comma within a name would start another name.
  const list = names.map((text, index) => `${text.replace(':', `.${index + 1} = `)}`).join('\n');
  const extensions = names.length === 0 ? 'basicConstraints = critical, CA:TRUE' : 'subjectAltName = @names';
  const sections = names.length === 0 ? '' : `[names]\n${list}\n`;
  writeFileSync(config, `[req]\ndistinguished_name = subject\n[subject]\n[extensions]\n${extensions}\n${sections}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', files.key);
  const request = ['req', '-new', '-x509', '-config', config, '-extensions', 'extensions', '-days', '2'];
  const signer = authority === undefined ? [] : ['-CA', authority.certificate, '-CAkey', authority.key];
  openssl(...request, ...signer, '-subj', `/CN=${subject}`, '-key', files.key, '-out', files.certificate);
  return files;
}
