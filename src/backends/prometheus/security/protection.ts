/** What protects an endpoint, of all that its options and its web configuration file say, with everything wrong at once. */
import type { TLSSocket } from 'node:tls';
import { MetricsError, type Problem, renderProblem } from '../../../errors.js';
import type { Clock } from '../../../model/clock.js';
import type { OptionValues } from '../../../options/option.js';
import { type Access, createAccess } from './access.js';
import { admitsClient, authenticatesClients } from './client-certificates.js';
import { exposureProblem } from './exposure.js';
import { type FileStamps, stampFiles } from './files.js';
import type { securityOptions } from './options.js';
import { limitRate } from './rate-limit.js';
import { createTlsReloader, type TlsReloader, type TlsSettings } from './tls.js';
import { readWebConfig, type WebConfig } from './web-config.js';

/** The options, resolved. */
export type SecurityOptions = OptionValues<typeof securityOptions>;

/** Where the endpoint is. */
export interface Surroundings {
  /** What it listens on; `undefined` when it is part of a server of the application's, which then sees to TLS. */
  readonly host: string | undefined;
  readonly clock: Clock;
  warn(message: string): void;
}

/** What protects an endpoint. */
export interface Protection {
  /** `undefined` when nobody has to authenticate. Follows the users of a web configuration file, which may be replaced. */
  readonly access: Access | undefined;
  /** `undefined` when the endpoint speaks plain HTTP, or is part of the application's server. */
  readonly tls: TlsReloader | undefined;
  /** Whether a client whose handshake is done may stay; its socket is to be destroyed when not. */
  admitsClient(socket: TLSSocket): boolean;
  /** Counts a request, and says whether the rate limit lets it be answered. */
  admitsRate(): boolean;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Decides how an endpoint is protected. Reads the files that are named; listens to nothing.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong; METRICS_ENDPOINT_UNPROTECTED for a host
 * that others reach while nobody has to authenticate. No secret is in the message. An endpoint must not be opened then.
 */
export function protectEndpoint(options: SecurityOptions, { host, clock, warn }: Surroundings): Protection {
  const problems: Problem[] = [];
  const file = options.webConfigFile;
  const stamps = file === undefined ? undefined : stampFiles([file], clock);
  const web = file === undefined ? undefined : attempt(problems, () => readWebConfig(file));
  const settings = chooseTls(options, web, problems);
  const access = attempt(problems, () => createAccess(rulesOf(options, web)));
  const tls =
    settings === undefined || host === undefined
      ? undefined
      : attempt(problems, () => createTlsReloader(settings, warn, clock));

  const protectedBy = access !== undefined || authenticatesClients(settings);
  const { allowUnprotected } = options;
  // Where users or files are wrong, that is what is to be corrected first.
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const exposure = host === undefined ? undefined : exposureProblem({ host, protectedBy, allowUnprotected });
  if (exposure !== undefined) throw new MetricsError('METRICS_ENDPOINT_UNPROTECTED', [exposure]);

  web?.warnings.forEach(warn);
  if (settings !== undefined && host === undefined) {
    warn('prometheus: TLS is seen to by the server of the application; certificate, key and client CA are not used');
  }
  return {
    access:
      file === undefined || stamps === undefined
        ? access
        : followUsers(access, stamps, () => createAccess(rulesOf(options, readWebConfig(file))), warn),
    tls,
    admitsClient: (socket) => settings === undefined || admitsClient(settings, socket),
    admitsRate: web?.rateLimit === undefined ? () => true : limitRate(web.rateLimit, clock),
    headers: web?.headers ?? {},
  };
}

function attempt<T>(problems: Problem[], make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** @throws {MetricsError} when users are in both places: nobody could tell which of two passwords counts. */
function rulesOf({ users, bearerTokens, check }: SecurityOptions, web: WebConfig | undefined) {
  const inFile = web?.users ?? {};
  if (Object.keys(users).length > 0 && Object.keys(inFile).length > 0) {
    const problem = { where: 'users', expected: 'users in one place: here, or in basic_auth_users of webConfigFile' };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  return { users: { ...users, ...inFile }, bearerTokens, check };
}

function chooseTls(options: SecurityOptions, web: WebConfig | undefined, problems: Problem[]): TlsSettings | undefined {
  const { tlsCertificateFile, tlsKeyFile, tlsClientCaFile, tlsMinVersion } = options;
  const given = Object.entries({ tlsCertificateFile, tlsKeyFile, tlsClientCaFile }).filter(([, file]) => file);
  if (given.length === 0) {
    if (web?.tls === undefined || tlsMinVersion === 'TLSv1.2') return web?.tls;
    if (web.tls.maxVersion === 'TLSv1.2') {
      problems.push({
        where: 'tlsMinVersion',
        value: tlsMinVersion,
        expected: 'TLSv1.2, as max_version of webConfigFile',
      });
    }
    return { ...web.tls, minVersion: tlsMinVersion };
  }
  if (web?.tls !== undefined) {
    const where = given.map(([name]) => name).join(', ');
    problems.push({ where, expected: 'TLS in one place: here, or in tls_server_config of webConfigFile' });
  }
  if (tlsCertificateFile === undefined || tlsKeyFile === undefined) {
    const where = tlsCertificateFile === undefined ? 'tlsCertificateFile' : 'tlsKeyFile';
    problems.push({ where, expected: `a file, as there is ${given.map(([name]) => name).join(' and ')}` });
    return undefined;
  }
  return {
    certificate: { where: 'tlsCertificateFile', file: tlsCertificateFile },
    key: { where: 'tlsKeyFile', file: tlsKeyFile },
    clientCa: tlsClientCaFile === undefined ? undefined : { where: 'tlsClientCaFile', file: tlsClientCaFile },
    clientAuth: tlsClientCaFile === undefined ? 'NoClientCert' : 'RequireAndVerifyClientCert',
    minVersion: tlsMinVersion,
  };
}

/**
 * Access by the users that the file has now, or those that it had while it cannot be used. Users who are all removed stay
 * too: an endpoint that was protected is opened by nothing but a restart.
 */
function followUsers(
  access: Access | undefined,
  stamps: FileStamps,
  read: () => Access | undefined,
  warn: (message: string) => void,
): Access {
  let current = access;
  const warned = new Set<string>();

  function reload(): void {
    const problems: Problem[] = [];
    const replaced = attempt(problems, read);
    if (replaced === undefined && current !== undefined && problems.length === 0) {
      problems.push({ where: 'webConfigFile', expected: 'users, as there were before' });
    }
    if (problems.length === 0) {
      current = replaced;
      warned.clear();
      return;
    }
    for (const message of problems.map(renderProblem)) {
      if (warned.has(message)) continue;
      warned.add(message);
      warn(`prometheus: the web configuration was replaced, and the users before it stay: ${message}`);
    }
  }

  return {
    get challenges() {
      return current?.challenges ?? [];
    },
    async admits(request) {
      const looked = await stamps.look();
      if (looked === 'changed' || (looked === 'same' && warned.size > 0)) reload();
      return current === undefined ? 'admitted' : current.admits(request);
    },
  };
}
