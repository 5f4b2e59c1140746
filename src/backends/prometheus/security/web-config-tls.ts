/** Reads the section `tls_server_config` of a web configuration file and translates it for Node and OpenSSL. */
import { isAbsolute, join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { type ClientAuthType, type ClientPolicy, clientAuthTypes } from './client-certificates.js';
import { isFileName } from './file-names.js';
import type { Pem, TlsSettings } from './tls-reloader.js';
import type { Section } from './web-config-section.js';

/** Fields of the section. */
export const tlsFields = [
  'cert',
  'key',
  'client_ca',
  'cert_file',
  'key_file',
  'client_ca_file',
  'client_auth_type',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
];

/** TLS versions by Prometheus' names. Versions below 1.2 are accepted in the file, but not used. */
const versions: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

const curves: Readonly<Record<string, string>> = {
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
  X25519: 'X25519',
};

/** Cipher suites of TLS 1.3. Go always enables all of them; Node disables TLS 1.3 when a list contains none. */
const tls13Suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** OpenSSL names by Go names, for the suites that Go classifies as secure. */
const suites: Readonly<Record<string, string>> = {
  ...Object.fromEntries(tls13Suites.map((name) => [name, name])),
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

/** Reads the section; returns `undefined` when it has no fields, or lacks certificate or key. */
export function readTlsSection(section: Section, directory: string, warnings: string[]): TlsSettings | undefined {
  if (!section.hasFields) return undefined;
  const pem = (field: string) => readPem(section, field, directory);
  const certificate = pem('cert');
  const key = pem('key');
  const clientCa = pem('client_ca');
  if (certificate === undefined) section.addProblem('cert_file', 'a certificate file, or a certificate in cert');
  if (key === undefined) section.addProblem('key_file', 'a private key file, or a private key in key');

  const ciphers = translate(section, 'cipher_suites', suites);
  const ecdhCurves = translate(section, 'curve_preferences', curves);
  const settings = {
    clientCa,
    ...readClientPolicy(section, clientCa, warnings),
    ...readVersions(section, warnings),
    ciphers: ciphers && [...new Set([...tls13Suites, ...ciphers])].join(':'),
    curves: ecdhCurves?.join(':'),
    serverPreference: section.boolean('prefer_server_cipher_suites'),
  };
  return certificate && key && { certificate, key, ...settings };
}

/** Reads PEM text from `field` or a file name from `field`_file; both is a problem. */
function readPem(section: Section, field: string, directory: string): Pem | undefined {
  const text = section.string(field);
  const file = section.string(`${field}_file`);
  if (text !== undefined && file !== undefined) section.addProblem(field, `no value, because ${field}_file is set`);
  if (text !== undefined) return { where: section.where(field), text };
  if (file === undefined) return undefined;
  const where = section.where(`${field}_file`);
  if (!isFileName(file)) section.addProblem(`${field}_file`, `a file name, or PEM text in ${field}`);
  return { where, file: isAbsolute(file) ? file : join(directory, file) };
}

function readClientPolicy(section: Section, clientCa: Pem | undefined, warnings: string[]): ClientPolicy {
  const named = section.string('client_auth_type') ?? 'NoClientCert';
  // RequireClientCert is the former name of RequireAnyClientCert; Prometheus still accepts it.
  const clientAuth = (named === 'RequireClientCert' ? 'RequireAnyClientCert' : named) as ClientAuthType;
  const allowedNames = section.strings('client_allowed_sans');
  if (!clientAuthTypes.includes(clientAuth)) {
    section.addProblem('client_auth_type', `one of ${clientAuthTypes.join(', ')}`, named);
  }
  if (clientCa !== undefined && clientAuth === 'NoClientCert') {
    section.addProblem('client_auth_type', 'RequireAndVerifyClientCert, because a client CA is set', named);
  }
  // As in Go. Without a list, Node would trust the CAs that it brings along.
  const usesSystem = clientCa === undefined && /Verify/.test(clientAuth);
  if (usesSystem && allowedNames === undefined) {
    const cause = 'certificates of all CAs that this system trusts are admitted, because client_ca_file is not set';
    warnings.push(`${section.where('client_auth_type')}: ${cause}; set client_ca_file`);
  }
  if (allowedNames !== undefined && !/^Require/.test(clientAuth)) {
    const expected = 'RequireAndVerifyClientCert or RequireAnyClientCert, because client_allowed_sans is set';
    section.addProblem('client_auth_type', expected, named);
  }
  if (allowedNames?.length === 0) section.addProblem('client_allowed_sans', 'one or more names');
  return { clientAuth, allowedNames, systemRoots: usesSystem ? { where: section.where('client_ca_file') } : undefined };
}

function readVersions(section: Section, warnings: string[]) {
  const read = (field: string, defaultName: string) => {
    const name = section.string(field) ?? defaultName;
    if (Object.hasOwn(versions, name)) return name;
    section.addProblem(field, 'TLS12 or TLS13', name);
    return defaultName;
  };
  let min = read('min_version', 'TLS12');
  const max = read('max_version', 'TLS13');
  if (max < 'TLS12' || max < min) section.addProblem('max_version', 'TLS13, or TLS12 if min_version is TLS12', max);
  if (min < 'TLS12') {
    warnings.push(`${section.where('min_version')}: ${min} is not supported; TLS12 is used`);
    min = 'TLS12';
  }
  return { minVersion: versions[min] as SecureVersion, maxVersion: versions[max] as SecureVersion };
}

/** Translates the names of a list; returns `undefined` for an absent or empty list. */
function translate(section: Section, field: string, translations: Readonly<Record<string, string>>) {
  const names = section.strings(field) ?? [];
  for (const name of names) {
    if (Object.hasOwn(translations, name)) continue;
    section.addProblem(field, `one of ${Object.keys(translations).join(', ')}`, name);
  }
  return names.length === 0 ? undefined : names.map((name) => translations[name] ?? name);
}
