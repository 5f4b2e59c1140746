/** Who may read the endpoint: users, tokens, and a function of the application's own. */
import type { IncomingHttpHeaders } from 'node:http';
import { MetricsError } from '../../../errors.js';
import { type NamedSecrets, readAuthorization, tokenProblems, userProblems } from './credentials.js';
import { decoyOf, verifyPassword } from './passwords.js';
import { limitVerifications, type Verification, type VerificationLimits } from './verifications.js';

/** What is known of a request before it is answered. */
export interface AccessRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly remoteAddress?: string | undefined;
  /** The subject of a client certificate that was verified. */
  readonly clientCertificateSubject?: string | undefined;
}

/** A check of the application's own; only `true` admits. */
export type AccessCheck = (request: AccessRequest) => boolean | Promise<boolean>;

/** Who may. */
export interface AccessRules {
  /** Hashes of passwords (bcrypt or scrypt) by user. */
  readonly users?: NamedSecrets | undefined;
  /** Tokens by a name for each. */
  readonly bearerTokens?: NamedSecrets | undefined;
  /** Asked after the credentials were right. One that throws, or takes longer than `checkTimeoutMs`, admits nobody. */
  readonly check?: AccessCheck | undefined;
  /** 5 seconds by default. */
  readonly checkTimeoutMs?: number;
  readonly limits?: VerificationLimits;
}

/**
 * The decision on a request, as a status of HTTP: `unauthorized` is 401 with the challenges, `forbidden` 403, `busy` 503
 * with `Retry-After`, because too many passwords wait to be verified.
 */
export type Verdict = 'admitted' | 'unauthorized' | 'forbidden' | 'busy';

/** Decides on requests. */
export interface Access {
  /** Values of `WWW-Authenticate` for a 401, one header each; nothing of a request is in them. */
  readonly challenges: readonly string[];
  /** Never rejects. */
  admits(request: AccessRequest): Promise<Verdict>;
}

/**
 * What decides by `rules`; `undefined` when they require nothing.
 *
 * Right credentials are those of any user or any token. An unknown user takes as long to be refused as a wrong password,
 * and a token as long wherever it differs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID for hashes and tokens that are none; no part of them is in the message.
 */
export function createAccess(rules: AccessRules): Access | undefined {
  const { users = {}, bearerTokens = {}, check, checkTimeoutMs = 5_000, limits } = rules;
  const problems = [...userProblems('users', users), ...tokenProblems('bearerTokens', bearerTokens)];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);

  const checkUser = Object.keys(users).length === 0 ? undefined : userCheck(users, limits);
  const checkToken = Object.keys(bearerTokens).length === 0 ? undefined : tokenCheck(Object.values(bearerTokens));
  if (checkUser === undefined && checkToken === undefined && check === undefined) return undefined;

  async function verify(authorization: string | undefined): Promise<Verification> {
    if (checkUser === undefined && checkToken === undefined) return true;
    const credentials = readAuthorization(authorization);
    if (credentials?.scheme === 'basic') return checkUser?.(credentials.user, credentials.password) ?? false;
    if (credentials?.scheme === 'bearer') return checkToken?.(credentials.token) ?? false;
    return false;
  }

  return {
    challenges: [
      ...(checkUser === undefined ? [] : ['Basic realm="metrics", charset="UTF-8"']),
      ...(checkToken === undefined ? [] : ['Bearer realm="metrics"']),
    ],
    async admits(request) {
      const verified = await verify(request.headers.authorization);
      if (verified === 'busy') return 'busy';
      if (!verified) return 'unauthorized';
      return check === undefined || (await passes(check, request, checkTimeoutMs)) ? 'admitted' : 'forbidden';
    },
  };
}

type UserCheck = (user: string, password: string) => Promise<Verification>;

function userCheck(users: NamedSecrets, limits: VerificationLimits | undefined): UserCheck {
  const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
  const hashes = new Map(Object.entries(users));
  const decoys = [...hashes.values()].map(decoyOf);
  const key = randomBytes(32);
  const verifications = limitVerifications(limits);

  /** Where hashes differ in cost, an unknown name always takes the time of the same one, as a known name does. */
  function decoyFor(user: string): string {
    const digest = createHmac('sha256', key).update(user).digest();
    return decoys[digest.readUInt32BE() % decoys.length] as string;
  }

  return (user, password) => {
    const decoy = decoyFor(user);
    const hash = hashes.get(user);
    // A name has no colon, so that no two pairs are the same text.
    return verifications(`${user}:${password}`, async () => {
      const matches = await verifyPassword(password, hash ?? decoy);
      return matches && hash !== undefined;
    });
  };
}

/** Compares digests with all tokens: neither their lengths nor how much of one is right shows in the time. */
function tokenCheck(tokens: readonly string[]): (token: string) => boolean {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digestOf = (token: string) => createHash('sha256').update(token).digest();
  const digests = tokens.map(digestOf);
  return (token) => {
    const presented = digestOf(token);
    let found = false;
    for (const digest of digests) found = timingSafeEqual(digest, presented) || found;
    return found;
  };
}

/** Whether the application's check says `true` in time. */
async function passes(check: AccessCheck, request: AccessRequest, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
    timer.unref();
  });
  try {
    return (await Promise.race([check(request), late])) === true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
