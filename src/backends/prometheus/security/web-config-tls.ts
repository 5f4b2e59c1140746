/** The section `tls_server_config` of a web configuration file, in the words of Node and OpenSSL. */
import { isAbsolute, join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { type ClientAuthType, clientAuthTypes } from './client-certificates.js';
import { isFileName } from './files.js';
import type { Section } from './sections.js';
import type { Pem, TlsSettings } from './tls.js';

/** Its fields. */
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

/** Versions by Prometheus' names; the first two are not spoken any more. */
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

/** Those of TLS 1.3 cannot be chosen in Go; Node switches that version off when none is named. */
const suitesOfTls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** Suites that Go counts as secure, by its names, as OpenSSL calls them. */
const suites: Readonly<Record<string, string>> = {
  ...Object.fromEntries(suitesOfTls13.map((name) => [name, name])),
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

/** Reads the section; `undefined` when it has no field, or when what it says cannot be used. */
export function readTlsSection(section: Section, directory: string, warnings: string[]): TlsSettings | undefined {
  if (!section.given) return undefined;
  const pem = (field: string) => readPem(section, field, directory);
  const certificate = pem('cert');
  const key = pem('key');
  const clientCa = pem('client_ca');
  if (certificate === undefined) section.wrong('cert_file', 'a certificate, here or in cert');
  if (key === undefined) section.wrong('key_file', 'the key of the certificate, here or in key');

  const ciphers = translate(section, 'cipher_suites', suites);
  const ecdhCurves = translate(section, 'curve_preferences', curves);
  const settings = {
    clientCa,
    ...readClientPolicy(section, clientCa),
    ...readVersions(section, warnings),
    ciphers: ciphers && [...new Set([...suitesOfTls13, ...ciphers])].join(':'),
    curves: ecdhCurves?.join(':'),
    serverPreference: section.flag('prefer_server_cipher_suites'),
  };
  return certificate && key && { certificate, key, ...settings };
}

/** A text or the name of a file, not both. */
function readPem(section: Section, field: string, directory: string): Pem | undefined {
  const text = section.text(field);
  const file = section.text(`${field}_file`);
  if (text !== undefined && file !== undefined) section.wrong(field, `nothing beside ${field}_file`);
  if (text !== undefined) return { where: section.where(field), text };
  if (file === undefined) return undefined;
  const where = section.where(`${field}_file`);
  if (!isFileName(file)) section.wrong(`${field}_file`, `the name of a file, or its text in ${field}`);
  return { where, file: isAbsolute(file) ? file : join(directory, file) };
}

function readClientPolicy(section: Section, clientCa: Pem | undefined) {
  const named = section.text('client_auth_type') ?? 'NoClientCert';
  // The name that it had before; still taken by Prometheus.
  const clientAuth = (named === 'RequireClientCert' ? 'RequireAnyClientCert' : named) as ClientAuthType;
  const allowedNames = section.texts('client_allowed_sans');
  if (!clientAuthTypes.includes(clientAuth)) {
    section.wrong('client_auth_type', `one of ${clientAuthTypes.join(', ')}`, named);
  }
  if (clientCa !== undefined && clientAuth === 'NoClientCert') {
    section.wrong('client_auth_type', 'RequireAndVerifyClientCert, as there is a client CA', named);
  }
  if (clientCa === undefined && /Verify/.test(clientAuth)) {
    section.wrong('client_ca_file', 'the authorities to verify by, as any public one would do');
  }
  if (allowedNames !== undefined && !/^Require/.test(clientAuth)) {
    const expected = 'RequireAndVerifyClientCert or RequireAnyClientCert, as there is client_allowed_sans';
    section.wrong('client_auth_type', expected, named);
  }
  if (allowedNames?.length === 0) section.wrong('client_allowed_sans', 'one name or more');
  return { clientAuth, allowedNames };
}

function readVersions(section: Section, warnings: string[]) {
  const read = (field: string, otherwise: string) => {
    const name = section.text(field) ?? otherwise;
    if (Object.hasOwn(versions, name)) return name;
    section.wrong(field, 'TLS12 or TLS13', name);
    return otherwise;
  };
  let min = read('min_version', 'TLS12');
  const max = read('max_version', 'TLS13');
  if (max < 'TLS12' || max < min) section.wrong('max_version', `TLS13, or TLS12 when min_version is too`, max);
  if (min < 'TLS12') {
    warnings.push(`${section.where('min_version')}: ${min} is not spoken any more, and TLS12 is the lowest`);
    min = 'TLS12';
  }
  return { minVersion: versions[min] as SecureVersion, maxVersion: versions[max] as SecureVersion };
}

/** A list in our words; an empty one is none. */
function translate(section: Section, field: string, words: Readonly<Record<string, string>>) {
  const names = section.texts(field) ?? [];
  for (const name of names) {
    if (!Object.hasOwn(words, name)) section.wrong(field, `any of ${Object.keys(words).join(', ')}`, name);
  }
  return names.length === 0 ? undefined : names.map((name) => words[name] ?? name);
}
