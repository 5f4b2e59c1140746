/** Certificates of the authorities that the operating system trusts, from the places where Go's crypto/x509 reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bundles of Debian, Fedora, openSUSE, OpenELEC, RHEL and Alpine. The first one that can be read is used. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Folders of single certificates, which are added to those of the bundle. */
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * Returns the certificates in PEM format; empty if the system has none, or if they cannot be read.
 *
 * On Linux and BSD, the variables `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the bundle and the folders. On macOS and
 * Windows, Node reads the certificates from version 22.15 on.
 */
export function systemRoots(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  if (process.platform === 'darwin' || process.platform === 'win32') {
    const tls = process.getBuiltinModule('node:tls') as { getCACertificates?: (type: 'system') => string[] };
    return tls.getCACertificates?.('system') ?? [];
  }
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directories } = environment;
  const bundle = (file ? [file] : bundles).map(certificatesIn).find((found) => found.length > 0);
  const single = (directories ? directories.split(':') : folders).flatMap((folder) =>
    namesIn(folder).flatMap((name) => certificatesIn(join(folder, name))),
  );
  return [...new Set([...(bundle ?? []), ...single])];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function certificatesIn(file: string): readonly string[] {
  try {
    const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => block.replaceAll('\r\n', '\n'));
  } catch {
    return [];
  }
}
