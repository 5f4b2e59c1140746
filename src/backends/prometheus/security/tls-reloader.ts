/** TLS of the endpoint: loads certificate, key and client CA, and reloads them when their files change. */
import { promises, readFileSync } from 'node:fs';
import type { SecureContextOptions, SecureVersion, TlsOptions } from 'node:tls';
import { MetricsError, type Problem, renderProblem } from '../../../errors.js';
import { type Clock, systemClock } from '../../../model/clock.js';
import { type ClientPolicy, rejectsUnverified, requestsCertificate } from './client-certificates.js';
import { trackFileChanges } from './file-changes.js';
import { errorCodeOf, isFileName, printableFile } from './file-names.js';
import { systemRoots } from './system-roots.js';

/** PEM text, from a file that may be replaced or given inline. `where` names the setting in errors. */
export type Pem = { readonly where: string } & ({ readonly file: string } | { readonly text: string });

/** Settings of an HTTPS server. */
export interface TlsSettings extends ClientPolicy {
  /** The certificate chain, starting with the server's certificate. */
  readonly certificate: Pem;
  readonly key: Pem;
  /** Certificate authorities that verify client certificates. */
  readonly clientCa?: Pem | undefined;
  readonly minVersion: SecureVersion;
  readonly maxVersion?: SecureVersion | undefined;
  /** List in OpenSSL format. */
  readonly ciphers?: string | undefined;
  /** List in OpenSSL format. */
  readonly curves?: string | undefined;
  /** True if the server's order of ciphers takes precedence; `true` by default. */
  readonly serverPreference?: boolean | undefined;
}

/** TLS options of a server, with a method that keeps them up to date. */
export interface TlsReloader {
  /** Options for `createServer` of node:https. */
  readonly options: TlsOptions;
  /**
   * Passes new options to `apply` (`server.setSecureContext`) when the files were replaced; the next connection uses them.
   *
   * Checks the files at most once a second. Never rejects. Call it for every connection and not for every request: with an
   * expired certificate there are no requests.
   */
  refresh(apply: (options: SecureContextOptions) => void): Promise<void>;
}

/**
 * Reads the files of `settings`, and reads them again when they change.
 *
 * When replaced files are invalid, the previous ones stay in use. Each problem is logged once.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems when the initial files are invalid.
 */
export function createTlsReloader(
  settings: TlsSettings,
  warn: (message: string) => void,
  clock: Clock = systemClock,
): TlsReloader {
  const files = filesOf(settings);
  const changes = trackFileChanges(files, clock);
  const loaded = createContext(settings, new Map(files.map((file) => [file, readNow(file)])));
  if (Array.isArray(loaded)) throw new MetricsError('METRICS_OPTIONS_INVALID', loaded);
  /** Logged problems of the current files. While there are any, every check reads the files again. */
  const warned = new Set<string>();

  return {
    options: {
      ...loaded,
      requestCert: requestsCertificate(settings),
      rejectUnauthorized: rejectsUnverified(settings),
    },
    async refresh(apply) {
      const change = await changes.check();
      if (change === 'unknown' || (change === 'unchanged' && warned.size === 0)) return;
      const texts = await Promise.all(files.map(async (file) => [file, await read(file)] as const));
      const context = createContext(settings, new Map(texts));
      if (!Array.isArray(context)) {
        warned.clear();
        apply(context);
        return;
      }
      for (const message of context.map(renderProblem)) {
        if (warned.has(message)) continue;
        warned.add(message);
        warn(`prometheus: TLS files were not reloaded: ${message}; the previous ones stay in use`);
      }
    },
  };
}

function filesOf({ certificate, key, clientCa }: TlsSettings): string[] {
  return [certificate, key, clientCa].flatMap((pem) => (pem !== undefined && 'file' in pem ? [pem.file] : []));
}

/** The text of a file, or the error code of a failed read. */
type FileContent = { readonly text: string } | { readonly failure: string };

function readNow(file: string): FileContent {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failure: errorCodeOf(error) };
  }
}

function read(file: string): Promise<FileContent> {
  return promises.readFile(file, 'utf8').then(
    (text) => ({ text }),
    (error) => ({ failure: errorCodeOf(error) }),
  );
}

/** Creates the TLS context from the texts of the files, or returns the problems. Problems contain no part of a key. */
function createContext(
  settings: TlsSettings,
  texts: ReadonlyMap<string, FileContent>,
): SecureContextOptions | Problem[] {
  const { createPrivateKey, X509Certificate, constants } = process.getBuiltinModule('node:crypto');
  const problems: Problem[] = [];

  /** Returns the text of `pem` and its parsed form; adds a problem when it cannot be read or parsed. */
  function load<T>(pem: Pem, expected: string, parse: (text: string) => T) {
    const shown = 'file' in pem ? printableFile(pem.file) : {};
    const found: FileContent = 'file' in pem ? (texts.get(pem.file) ?? { failure: 'unknown' }) : pem;
    if ('failure' in found) {
      const expected = 'file' in pem && isFileName(pem.file) ? 'a readable file' : 'a file name';
      problems.push({ where: pem.where, ...shown, expected: `${expected} (${found.failure})` });
      return undefined;
    }
    try {
      return { text: found.text, parsed: parse(found.text) };
    } catch {
      problems.push({ where: pem.where, ...shown, expected });
      return undefined;
    }
  }

  const parseCertificates = (text: string) =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? ['']).map(
      (block) => new X509Certificate(block),
    );
  const certificate = load(settings.certificate, 'a certificate in PEM format', parseCertificates);
  const key = load(settings.key, 'a private key in PEM format, without a passphrase', (text) => createPrivateKey(text));
  const clientCa = settings.clientCa && load(settings.clientCa, 'CA certificates in PEM format', parseCertificates);
  if (certificate !== undefined && key !== undefined && !certificate.parsed[0]?.checkPrivateKey(key.parsed)) {
    problems.push({
      where: settings.key.where,
      expected: `the private key of ${settings.certificate.where}`,
    });
  }
  const ca = clientCa?.text ?? (settings.systemRoots && systemRoots());
  if (settings.systemRoots !== undefined && ca?.length === 0) {
    const expected = 'a CA file: the CAs that this system trusts are not found';
    problems.push({ where: settings.systemRoots.where, expected });
  }
  if (problems.length > 0 || certificate === undefined || key === undefined) return problems;

  const context: SecureContextOptions = {
    cert: certificate.text,
    key: key.text,
    minVersion: settings.minVersion,
    ...(settings.maxVersion === undefined ? {} : { maxVersion: settings.maxVersion }),
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(settings.ciphers === undefined ? {} : { ciphers: settings.ciphers }),
    ...(settings.curves === undefined ? {} : { ecdhCurve: settings.curves }),
    honorCipherOrder: settings.serverPreference ?? true,
    // Session resumption skips verification: against a replaced CA, and with TLS 1.3 altogether.
    ...(requestsCertificate(settings) ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
  };
  try {
    process.getBuiltinModule('node:tls').createSecureContext(context);
  } catch (error) {
    const expected = `a certificate, key, ciphers and curves that OpenSSL accepts (${errorCodeOf(error)})`;
    return [{ where: settings.certificate.where, expected }];
  }
  return context;
}
