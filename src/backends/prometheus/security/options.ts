/** Options for authentication and TLS of the endpoint. */
import { choiceOption, flagOption, listOption, type Option, textOption } from '../../../options/option.js';
import { pairsOption } from '../../../options/pairs-option.js';
import type { AccessCheck } from './access-control.js';
import { isHostName } from './allowed-hosts.js';
import {
  expectedTokens,
  expectedUsers,
  type NamedSecrets,
  parseTokens,
  parseUsers,
  tokenProblems,
  userProblems,
} from './credentials.js';
import { isFileName } from './file-names.js';

/** Options for authentication and TLS. */
export const securityOptions = {
  users: secretsOption({
    otherNames: ['basicauth', 'basicauthusers', 'auth'],
    variable: 'OTELIER_PROMETHEUS_BASIC_AUTH_USERS',
    description: 'Users for basic authentication, with bcrypt or scrypt hashes of their passwords.',
    expected: expectedUsers,
    parse: parseUsers,
    problems: userProblems,
    // Names are printed only next to valid hashes: in an invalid pair, the name may be the secret.
    print: (name) => `${name}=[redacted]`,
  }),
  bearerTokens: secretsOption({
    otherNames: ['token', 'tokens', 'bearertoken'],
    variable: 'OTELIER_PROMETHEUS_BEARER_TOKENS',
    description: 'Named tokens that scrapers can send instead of a user and password.',
    expected: expectedTokens,
    parse: parseTokens,
    problems: tokenProblems,
    print: () => '[redacted]',
  }),
  check: checkOption({
    description:
      'Function that decides about each request after users and tokens were verified; only true admits the request.',
  }),
  tlsCertificateFile: fileOption({
    otherNames: ['cert', 'certfile', 'certificate', 'tlscertificate'],
    variable: 'OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE',
    description: 'PEM file with the certificate chain of the endpoint; enables HTTPS.',
  }),
  tlsKeyFile: fileOption({
    otherNames: ['key', 'keyfile', 'tlskey'],
    variable: 'OTELIER_PROMETHEUS_TLS_KEY_FILE',
    description: 'PEM file with the private key of the certificate.',
  }),
  tlsClientCaFile: fileOption({
    otherNames: ['ca', 'cafile', 'clientca'],
    variable: 'OTELIER_PROMETHEUS_TLS_CLIENT_CA_FILE',
    description:
      'PEM file with the CA certificates for client certificates; every client then needs a certificate of these CAs.',
  }),
  tlsMinVersion: choiceOption({
    environment: ['OTELIER_PROMETHEUS_TLS_MIN_VERSION'],
    description: 'Lowest TLS version that is accepted.',
    default: 'TLSv1.2',
    values: ['TLSv1.2', 'TLSv1.3'],
  }),
  webConfigFile: fileOption({
    variable: 'OTELIER_PROMETHEUS_WEB_CONFIG_FILE',
    description: 'Web configuration file of Prometheus and its exporters, with TLS, users, headers and a rate limit.',
  }),
  allowedHosts: hostsOption({
    environment: ['OTELIER_PROMETHEUS_ALLOWED_HOSTS'],
    description:
      'Host names that requests may name besides localhost and addresses, such as the one of a reverse proxy. Checked on a loopback host, and wherever the list has entries; * allows any.',
  }),
  allowUnprotected: flagOption({
    environment: ['OTELIER_PROMETHEUS_ALLOW_UNPROTECTED'],
    description:
      'Permits a host that other machines can reach without authentication, such as in a container in a private network.',
    default: false,
  }),
};

/**
 * Declares an option with named secrets. An invalid value of a variable is kept and rejected when the endpoint starts;
 * ignoring it would open the endpoint without authentication.
 */
function secretsOption(declaration: {
  readonly variable: string;
  readonly otherNames: readonly string[];
  readonly description: string;
  readonly expected: string;
  parse(raw: string): NamedSecrets;
  problems(where: string, secrets: NamedSecrets): readonly unknown[];
  print(name: string): string;
}): Option<NamedSecrets> {
  const { variable, otherNames, description, expected, parse, problems, print } = declaration;
  const isValid = (secrets: NamedSecrets) => problems('', secrets).length === 0;
  return {
    ...pairsOption({ environment: [variable], otherNames, description, default: {}, secret: true }),
    expected,
    parse,
    accepts: (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && isValid(value as NamedSecrets),
    print: (secrets) => (isValid(secrets) ? Object.keys(secrets).map(print).join(',') : '[redacted]'),
  };
}

/** Declares an option with a file name; a key in place of the file name is not printed. */
function fileOption(declaration: {
  readonly variable: string;
  readonly otherNames?: readonly string[];
  readonly description: string;
}) {
  const { variable, otherNames = [], description } = declaration;
  return {
    ...textOption<string | undefined>({ environment: [variable], otherNames, description, default: undefined }),
    expected: 'a file name',
    accepts: (value: unknown) => typeof value === 'string' && isFileName(value),
    print: (value: string | undefined) => (value === undefined || isFileName(value) ? (value ?? '') : '[redacted]'),
    secret: true,
  };
}

/** Declares an option with host names. */
function hostsOption(declaration: { readonly environment: readonly string[]; readonly description: string }) {
  const names: Option<readonly string[]> = listOption({ ...declaration, default: [] as readonly string[] });
  return {
    ...names,
    expected: 'a comma-separated list of host names or addresses without ports, or *',
    parse(raw: string) {
      const hosts = names.parse(raw);
      return hosts?.every(isHostName) === true ? hosts : undefined;
    },
    accepts: (value: unknown) => names.accepts(value) && (value as readonly string[]).every(isHostName),
  };
}

/** Declares an option with a function, which can be set in code only. */
function checkOption({ description }: { readonly description: string }): Option<AccessCheck | undefined> {
  return {
    environment: [],
    description,
    default: undefined,
    expected: 'a function that takes a request',
    parse: () => undefined,
    accepts: (value) => typeof value === 'function',
    print: (value) => (value === undefined ? '' : 'a function'),
    secret: false,
  };
}
