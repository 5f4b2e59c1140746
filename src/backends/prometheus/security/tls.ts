/** TLS of the endpoint: certificates, keys and client authorities that may be replaced while the server runs. */
import { promises, readFileSync } from 'node:fs';
import type { SecureContextOptions, SecureVersion, TlsOptions } from 'node:tls';
import { MetricsError, type Problem, renderProblem } from '../../../errors.js';
import { type Clock, systemClock } from '../../../model/clock.js';
import { asksForCertificate, type ClientPolicy, rejectsUnverified } from './client-certificates.js';
import { codeOf, isFileName, shownFile, stampFiles } from './files.js';

/** A text in PEM format: in a file that may be replaced, or as it is. `where` names the setting in errors. */
export type Pem = { readonly where: string } & ({ readonly file: string } | { readonly text: string });

/** What a server of HTTPS is to be. */
export interface TlsSettings extends ClientPolicy {
  /** The chain, the server's own certificate first. */
  readonly certificate: Pem;
  readonly key: Pem;
  /** Authorities that client certificates are verified by. */
  readonly clientCa?: Pem | undefined;
  readonly minVersion: SecureVersion;
  readonly maxVersion?: SecureVersion | undefined;
  /** In the form of OpenSSL. */
  readonly ciphers?: string | undefined;
  /** In the form of OpenSSL. */
  readonly curves?: string | undefined;
  /** Whether the server's order of ciphers counts; `true` by default. */
  readonly serverPreference?: boolean | undefined;
}

/** Options for a server, and how they are kept up to date. */
export interface TlsReloader {
  /** For `createServer` of node:https. */
  readonly options: TlsOptions;
  /**
   * Hands the options to `apply` (`server.setSecureContext`) when the files were replaced, so that the next connection
   * uses them; looks at most once a second, and never rejects. To be called for every connection: behind a certificate
   * that has expired there are no requests.
   */
  refresh(apply: (options: SecureContextOptions) => void): Promise<void>;
}

/**
 * Reads the files of `settings`, and again when they change.
 *
 * Files that are replaced by something that cannot be used change nothing, and are told to `warn` once for each thing
 * that is wrong.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when they cannot be used to begin with: everything that is wrong.
 */
export function createTlsReloader(
  settings: TlsSettings,
  warn: (message: string) => void,
  clock: Clock = systemClock,
): TlsReloader {
  const files = filesOf(settings);
  const stamps = stampFiles(files, clock);
  const loaded = makeContext(settings, new Map(files.map((file) => [file, readNow(file)])));
  if (Array.isArray(loaded)) throw new MetricsError('METRICS_OPTIONS_INVALID', loaded);
  /** What was said of files that cannot be used; they are read again until they can, whatever was in the way. */
  const warned = new Set<string>();

  return {
    options: {
      ...loaded,
      requestCert: asksForCertificate(settings),
      rejectUnauthorized: rejectsUnverified(settings),
    },
    async refresh(apply) {
      const looked = await stamps.look();
      if (looked === 'unknown' || (looked === 'same' && warned.size === 0)) return;
      const texts = await Promise.all(files.map(async (file) => [file, await read(file)] as const));
      const context = makeContext(settings, new Map(texts));
      if (!Array.isArray(context)) {
        warned.clear();
        apply(context);
        return;
      }
      for (const message of context.map(renderProblem)) {
        if (warned.has(message)) continue;
        warned.add(message);
        warn(`prometheus: a file of TLS was replaced, and what was read before stays in use: ${message}`);
      }
    },
  };
}

function filesOf({ certificate, key, clientCa }: TlsSettings): string[] {
  return [certificate, key, clientCa].flatMap((pem) => (pem !== undefined && 'file' in pem ? [pem.file] : []));
}

/** The text of a file, or why there is none. */
type Read = { readonly text: string } | { readonly failure: string };

function readNow(file: string): Read {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failure: codeOf(error) };
  }
}

function read(file: string): Promise<Read> {
  return promises.readFile(file, 'utf8').then(
    (text) => ({ text }),
    (error) => ({ failure: codeOf(error) }),
  );
}

/** The context that `settings` make with the texts of their files, or what is wrong. Of keys nothing is told. */
function makeContext(settings: TlsSettings, texts: ReadonlyMap<string, Read>): SecureContextOptions | Problem[] {
  const { createPrivateKey, X509Certificate, constants } = process.getBuiltinModule('node:crypto');
  const problems: Problem[] = [];

  /** The text of `pem` and what `parse` makes of it, unless it throws. */
  function take<T>(pem: Pem, expected: string, parse: (text: string) => T) {
    const shown = 'file' in pem ? shownFile(pem.file) : {};
    const found: Read = 'file' in pem ? (texts.get(pem.file) ?? { failure: 'unknown' }) : pem;
    if ('failure' in found) {
      const what = 'file' in pem && isFileName(pem.file) ? 'a file that can be read' : 'the name of a file';
      problems.push({ where: pem.where, ...shown, expected: `${what} (${found.failure})` });
      return undefined;
    }
    try {
      return { text: found.text, parsed: parse(found.text) };
    } catch {
      problems.push({ where: pem.where, ...shown, expected });
      return undefined;
    }
  }

  const certificates = (text: string) =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? ['']).map(
      (block) => new X509Certificate(block),
    );
  const certificate = take(settings.certificate, 'a certificate in PEM format', certificates);
  const key = take(settings.key, 'a private key in PEM format, without a passphrase', (text) => createPrivateKey(text));
  const clientCa =
    settings.clientCa && take(settings.clientCa, 'certificates of authorities in PEM format', certificates);
  if (certificate !== undefined && key !== undefined && !certificate.parsed[0]?.checkPrivateKey(key.parsed)) {
    problems.push({
      where: settings.key.where,
      expected: `the key of the certificate in ${settings.certificate.where}`,
    });
  }
  if (problems.length > 0 || certificate === undefined || key === undefined) return problems;

  const context: SecureContextOptions = {
    cert: certificate.text,
    key: key.text,
    minVersion: settings.minVersion,
    ...(settings.maxVersion === undefined ? {} : { maxVersion: settings.maxVersion }),
    ...(clientCa === undefined ? {} : { ca: clientCa.text }),
    ...(settings.ciphers === undefined ? {} : { ciphers: settings.ciphers }),
    ...(settings.curves === undefined ? {} : { ecdhCurve: settings.curves }),
    honorCipherOrder: settings.serverPreference ?? true,
    // A session that is resumed is not verified again: neither against new authorities nor, in TLS 1.3, at all.
    ...(asksForCertificate(settings) ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
  };
  try {
    process.getBuiltinModule('node:tls').createSecureContext(context);
  } catch (error) {
    const expected = `a certificate, key and settings that OpenSSL accepts (${codeOf(error)})`;
    return [{ where: settings.certificate.where, expected }];
  }
  return context;
}
