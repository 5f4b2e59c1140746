/** Access control of the endpoint: users, bearer tokens, and a check by the application. */
import type { IncomingHttpHeaders } from 'node:http';
import { MetricsError } from '../../../errors.js';
import { withDeadline } from '../../../model/deadline.js';
import { createCredentialVerifier, type VerificationLimits } from './credential-verifier.js';
import { type NamedSecrets, readAuthorization, tokenProblems, userProblems } from './credentials.js';
import { equalizeCost, verifyEqualized } from './equal-cost.js';
import type { Verification } from './verification-queue.js';

/** The parts of a request that access control reads. */
export interface AccessRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly remoteAddress?: string | undefined;
  /** Subject of the client certificate, if the client sent one that was verified. */
  readonly clientCertificateSubject?: string | undefined;
}

/** A check by the application. Only `true` admits the request. */
export type AccessCheck = (request: AccessRequest) => boolean | Promise<boolean>;

/** Requirements that a request has to meet. */
export interface AccessRules {
  /** Password hashes (bcrypt or scrypt) by user name. */
  readonly users?: NamedSecrets | undefined;
  /** Bearer tokens by name. */
  readonly bearerTokens?: NamedSecrets | undefined;
  /** Called after the credentials were verified. A check that throws or exceeds `checkTimeoutMs` denies the request. */
  readonly check?: AccessCheck | undefined;
  /** Milliseconds; 5,000 by default. */
  readonly checkTimeoutMs?: number;
  readonly limits?: VerificationLimits;
}

/**
 * The decision on a request and its HTTP status: `unauthorized` is 401 with the challenges, `forbidden` is 403, `busy` is
 * 503 with `Retry-After`, because too many passwords wait for verification.
 */
export type AccessDecision = 'admitted' | 'unauthorized' | 'forbidden' | 'busy';

/** Decides whether requests are admitted. */
export interface AccessControl {
  /** Values of `WWW-Authenticate` for a 401, one header each. They contain no part of a request. */
  readonly challenges: readonly string[];
  /** Never rejects. */
  decide(request: AccessRequest): Promise<AccessDecision>;
}

/**
 * Creates the access control for `rules`; returns `undefined` when the rules require nothing.
 *
 * The credentials of any user and any token are accepted. Refusing an unknown user takes as long as refusing a wrong
 * password, also if the hashes of the users differ in cost. Comparing a token takes the same time wherever it differs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID for invalid hashes and tokens. The message contains no part of them.
 */
export function createAccessControl(rules: AccessRules): AccessControl | undefined {
  const { users = {}, bearerTokens = {}, check, checkTimeoutMs = 5_000, limits } = rules;
  const problems = [
    ...userProblems('prometheus.users', users),
    ...tokenProblems('prometheus.bearerTokens', bearerTokens),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);

  const verifyUser = Object.keys(users).length === 0 ? undefined : createUserVerifier(users, limits);
  const verifyToken = Object.keys(bearerTokens).length === 0 ? undefined : createTokenVerifier(bearerTokens);
  if (verifyUser === undefined && verifyToken === undefined && check === undefined) return undefined;

  async function verify({ headers, remoteAddress = '' }: AccessRequest): Promise<Verification> {
    if (verifyUser === undefined && verifyToken === undefined) return true;
    const credentials = readAuthorization(headers.authorization);
    if (credentials?.scheme === 'basic') {
      return verifyUser?.(credentials.user, credentials.password, remoteAddress) ?? false;
    }
    if (credentials?.scheme === 'bearer') return verifyToken?.(credentials.token) ?? false;
    return false;
  }

  return {
    challenges: [
      ...(verifyUser === undefined ? [] : ['Basic realm="metrics", charset="UTF-8"']),
      ...(verifyToken === undefined ? [] : ['Bearer realm="metrics"']),
    ],
    async decide(request) {
      const verified = await verify(request);
      if (verified === 'busy') return 'busy';
      if (!verified) return 'unauthorized';
      return check === undefined || (await passesCheck(check, request, checkTimeoutMs)) ? 'admitted' : 'forbidden';
    },
  };
}

type UserVerifier = (user: string, password: string, address: string) => Promise<Verification>;

function createUserVerifier(users: NamedSecrets, limits: VerificationLimits | undefined): UserVerifier {
  const hashes = new Map(Object.entries(users));
  const hashesToCompute = equalizeCost([...hashes.values()]);
  const verifyCredentials = createCredentialVerifier(limits);
  return (user, password, address) => {
    const hash = hashes.get(user);
    // A name contains no colon, so two different pairs never give the same text.
    return verifyCredentials(`${user}:${password}`, address, async () => {
      const matches = await verifyEqualized(password, hashesToCompute(hash));
      return matches && hash !== undefined;
    });
  };
}

/** Compares digests with all tokens, so that timing reveals neither the length of a token nor a matching prefix. */
function createTokenVerifier(tokens: NamedSecrets): (token: string) => boolean {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digestOf = (token: string) => createHash('sha256').update(token).digest();
  const digests = Object.values(tokens).map(digestOf);
  return (token) => {
    const presented = digestOf(token);
    let found = false;
    for (const digest of digests) found = timingSafeEqual(digest, presented) || found;
    return found;
  };
}

/** Reports whether the check returns `true` in time. */
async function passesCheck(check: AccessCheck, request: AccessRequest, timeoutMs: number): Promise<boolean> {
  try {
    return (await withDeadline(Promise.resolve(check(request)), timeoutMs)) === true;
  } catch {
    return false;
  }
}
