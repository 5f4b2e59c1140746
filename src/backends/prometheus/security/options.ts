/** Options of who may read the endpoint, and how it is encrypted. */
import { choiceOption, flagOption, type Option, pairsOption, textOption } from '../../../options/option.js';
import type { AccessCheck } from './access.js';
import {
  expectedTokens,
  expectedUsers,
  type NamedSecrets,
  parseTokens,
  parseUsers,
  tokenProblems,
  userProblems,
} from './credentials.js';
import { isFileName } from './files.js';

export const securityOptions = {
  users: secretsOption({
    variable: 'OTELIER_PROMETHEUS_BASIC_AUTH_USERS',
    description: 'Users for basic authentication, with bcrypt or scrypt hashes of their passwords.',
    expected: expectedUsers,
    parse: parseUsers,
    problems: userProblems,
    // A name beside what is surely a hash is surely a name.
    print: (name) => `${name}=[redacted]`,
  }),
  bearerTokens: secretsOption({
    variable: 'OTELIER_PROMETHEUS_BEARER_TOKENS',
    description: 'Bearer tokens that scrapers may send instead of a user and password, each under a name.',
    expected: expectedTokens,
    parse: parseTokens,
    problems: tokenProblems,
    print: () => '[redacted]',
  }),
  check: checkOption({
    description:
      'Function that authorizes each request after users and tokens; only the result true admits the request.',
  }),
  tlsCertificateFile: fileOption({
    variable: 'OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE',
    description: 'PEM file with the certificate chain of the endpoint; enables HTTPS.',
  }),
  tlsKeyFile: fileOption({
    variable: 'OTELIER_PROMETHEUS_TLS_KEY_FILE',
    description: 'PEM file with the private key of the certificate.',
  }),
  tlsClientCaFile: fileOption({
    variable: 'OTELIER_PROMETHEUS_TLS_CLIENT_CA_FILE',
    description:
      'PEM file with the CA certificates for client certificates; requests without a valid client certificate are then refused.',
  }),
  tlsMinVersion: choiceOption({
    environment: ['OTELIER_PROMETHEUS_TLS_MIN_VERSION'],
    description: 'Minimum TLS version.',
    default: 'TLSv1.2',
    values: ['TLSv1.2', 'TLSv1.3'],
  }),
  webConfigFile: fileOption({
    variable: 'OTELIER_PROMETHEUS_WEB_CONFIG_FILE',
    description: 'Web configuration file in the format of Prometheus, with TLS, users and headers.',
  }),
  allowUnprotected: flagOption({
    environment: ['OTELIER_PROMETHEUS_ALLOW_UNPROTECTED'],
    description:
      'Allows listening without authentication on a host that other machines can reach, such as in a container on a private network.',
    default: false,
  }),
};

/**
 * Named secrets. What a variable says is never dropped for a mistake in it, as the endpoint would be open then: it is
 * kept, and refused when the endpoint starts.
 */
function secretsOption(declaration: {
  readonly variable: string;
  readonly description: string;
  readonly expected: string;
  parse(raw: string): NamedSecrets;
  problems(where: string, secrets: NamedSecrets): readonly unknown[];
  print(name: string): string;
}): Option<NamedSecrets> {
  const { variable, description, expected, parse, problems, print } = declaration;
  const usable = (secrets: NamedSecrets) => problems('', secrets).length === 0;
  return {
    ...pairsOption({ environment: [variable], description, default: {}, secret: true }),
    expected,
    parse,
    accepts: (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && usable(value as NamedSecrets),
    print: (secrets) => (usable(secrets) ? Object.keys(secrets).map(print).join(',') : '[redacted]'),
  };
}

/** The name of a file; a key that was put in its place is not shown. */
function fileOption({ variable, description }: { readonly variable: string; readonly description: string }) {
  return {
    ...textOption<string | undefined>({ environment: [variable], description, default: undefined }),
    expected: 'the name of a file',
    accepts: (value: unknown) => typeof value === 'string' && isFileName(value),
    print: (value: string | undefined) => (value === undefined || isFileName(value) ? (value ?? '') : '[redacted]'),
    secret: true,
  };
}

/** A function, which only code can give. */
function checkOption({ description }: { readonly description: string }): Option<AccessCheck | undefined> {
  return {
    environment: [],
    description,
    default: undefined,
    expected: 'a function of a request',
    parse: () => undefined,
    accepts: (value) => typeof value === 'function',
    print: (value) => (value === undefined ? '' : 'a function'),
    secret: false,
  };
}
