/** Security of the endpoint: combines options and web configuration file, and reports all problems in one error. */
import type { TLSSocket } from 'node:tls';
import { MetricsError, type Problem } from '../../../errors.js';
import type { Clock } from '../../../model/clock.js';
import type { OptionValues } from '../../../options/option.js';
import { type AccessControl, createAccessControl } from './access-control.js';
import { createHostCheck, type HostedRequest } from './allowed-hosts.js';
import { admitsClient, authenticatesClients } from './client-certificates.js';
import { trackFileChanges } from './file-changes.js';
import { exposureProblem } from './network-exposure.js';
import type { securityOptions } from './options.js';
import { limitRate } from './rate-limit.js';
import { createReloadingAccess } from './reloading-access.js';
import { createTlsReloader, type TlsReloader, type TlsSettings } from './tls-reloader.js';
import { readWebConfig, type WebConfig } from './web-config.js';

/** The options, resolved. */
export type SecurityOptions = OptionValues<typeof securityOptions>;

type NameOf = NonNullable<SecurityContext['nameOf']>;

/** Environment of the endpoint. */
export interface SecurityContext {
  /** Host that the endpoint listens on; `undefined` when an application mounts it in its own server, which owns TLS. */
  readonly host: string | undefined;
  readonly clock: Clock;
  /** Returns the name of an option in messages, such as the variable that set it; `prometheus.NAME` by default. */
  readonly nameOf?: (option: keyof SecurityOptions & string) => string;
  warn(message: string): void;
}

/** The security measures of an endpoint. */
export interface EndpointSecurity {
  /** `undefined` when no authentication is required. Reloads the users of a web configuration file. */
  readonly access: AccessControl | undefined;
  /** `undefined` when the endpoint serves plain HTTP or is mounted in an application's server. */
  readonly tls: TlsReloader | undefined;
  /** Reports whether a client is admitted after its handshake; destroy the socket when it returns `false`. */
  admitsClient(socket: TLSSocket): boolean;
  /** Reports whether the host that a request names is allowed. */
  admitsHost(request: HostedRequest): boolean;
  /** Counts a request; returns `false` when it exceeds the rate limit. */
  admitsRate(): boolean;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sets up the security of an endpoint. Reads the configured files; does not listen.
 *
 * The endpoint must not be opened when this throws.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems; METRICS_ENDPOINT_UNPROTECTED for a host that other
 * machines reach while no authentication is required. The message contains no secrets.
 */
export function secureEndpoint(options: SecurityOptions, context: SecurityContext): EndpointSecurity {
  const { host, clock, warn, nameOf = (option) => `prometheus.${option}` } = context;
  const problems: Problem[] = [];
  const file = options.webConfigFile;
  const changes = file === undefined ? undefined : trackFileChanges([file], clock);
  const web = file === undefined ? undefined : attempt(problems, () => readWebConfig(file, nameOf('webConfigFile')));
  const settings = chooseTls(options, web, nameOf, problems);
  const access = attempt(problems, () => createAccessControl(rulesOf(options, web, nameOf)));
  const tls =
    settings === undefined || host === undefined
      ? undefined
      : attempt(problems, () => createTlsReloader(settings, warn, clock));

  const isProtected = access !== undefined || authenticatesClients(settings);
  const { allowUnprotected } = options;
  // Reported before the exposure, which may only be a consequence of invalid users or files.
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const exposure = host === undefined ? undefined : exposureProblem({ host, isProtected, allowUnprotected });
  if (exposure !== undefined) throw new MetricsError('METRICS_ENDPOINT_UNPROTECTED', [exposure]);

  web?.warnings.forEach(warn);
  if (settings !== undefined && host === undefined) {
    warn("prometheus: TLS options are ignored: the endpoint is mounted in the application's server; set up TLS there");
  }
  return {
    access:
      file === undefined || changes === undefined
        ? access
        : createReloadingAccess({
            initial: access,
            changes,
            where: nameOf('webConfigFile'),
            reload: () => reloadAccess(options, file, nameOf),
            warn,
          }),
    tls,
    admitsClient: (socket) => settings === undefined || admitsClient(settings, socket),
    admitsHost: createHostCheck(host, options.allowedHosts),
    admitsRate: web?.rateLimit === undefined ? () => true : limitRate(web.rateLimit, clock),
    headers: web?.headers ?? {},
  };
}

/** Returns the result of `create`; adds the problems of a `MetricsError` to `problems` and returns `undefined`. */
function attempt<T>(problems: Problem[], create: () => T): T | undefined {
  try {
    return create();
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function reloadAccess(options: SecurityOptions, file: string, nameOf: NameOf) {
  const problems: Problem[] = [];
  const create = () => createAccessControl(rulesOf(options, readWebConfig(file, nameOf('webConfigFile')), nameOf));
  const access = attempt(problems, create);
  return problems.length > 0 ? { problems } : { access };
}

/** @throws {MetricsError} when options and file both have users: it would be ambiguous which password counts. */
function rulesOf({ users, bearerTokens, check }: SecurityOptions, web: WebConfig | undefined, nameOf: NameOf) {
  const usersInFile = web?.users ?? {};
  if (Object.keys(users).length > 0 && Object.keys(usersInFile).length > 0) {
    const expected = `users in one place: either here or in basic_auth_users of ${nameOf('webConfigFile')}`;
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: nameOf('users'), expected }]);
  }
  return { users: { ...users, ...usersInFile }, bearerTokens, check };
}

function chooseTls(
  options: SecurityOptions,
  web: WebConfig | undefined,
  nameOf: NameOf,
  problems: Problem[],
): TlsSettings | undefined {
  const { tlsCertificateFile, tlsKeyFile, tlsClientCaFile, tlsMinVersion } = options;
  const fileOptions = ['tlsCertificateFile', 'tlsKeyFile', 'tlsClientCaFile'] as const;
  const configured = fileOptions.filter((option) => options[option]).map(nameOf);
  if (configured.length === 0) {
    if (web?.tls === undefined || tlsMinVersion === 'TLSv1.2') return web?.tls;
    if (web.tls.maxVersion === 'TLSv1.2') {
      const expected = `TLSv1.2, because max_version of ${nameOf('webConfigFile')} is TLS12`;
      problems.push({ where: nameOf('tlsMinVersion'), value: tlsMinVersion, expected });
    }
    return { ...web.tls, minVersion: tlsMinVersion };
  }
  if (web?.tls !== undefined) {
    const where = configured.join(', ');
    const expected = `TLS in one place: either here or in tls_server_config of ${nameOf('webConfigFile')}`;
    problems.push({ where, expected });
  }
  if (tlsCertificateFile === undefined || tlsKeyFile === undefined) {
    const where = nameOf(tlsCertificateFile === undefined ? 'tlsCertificateFile' : 'tlsKeyFile');
    problems.push({ where, expected: `a file, because ${configured.join(' and ')} is set` });
    return undefined;
  }
  return {
    certificate: { where: nameOf('tlsCertificateFile'), file: tlsCertificateFile },
    key: { where: nameOf('tlsKeyFile'), file: tlsKeyFile },
    clientCa: tlsClientCaFile === undefined ? undefined : { where: nameOf('tlsClientCaFile'), file: tlsClientCaFile },
    clientAuth: tlsClientCaFile === undefined ? 'NoClientCert' : 'RequireAndVerifyClientCert',
    minVersion: tlsMinVersion,
  };
}
