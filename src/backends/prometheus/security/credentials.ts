/** Credentials: validates configured ones, parses lists of them, and reads those of a request. */
import type { Problem } from '../../../errors.js';
import { defectProblem, secretDefect } from '../../../options/secret-defect.js';
import { isPasswordHash } from './passwords.js';

/** Credentials of an `Authorization` header (RFC 7617, RFC 6750). */
export type Credentials =
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string };

/** Password hashes by user name, or tokens by token name. */
export type NamedSecrets = Readonly<Record<string, string>>;

/** Shorter tokens can be guessed. The minimum also rejects `name=` with an empty secret. */
const minTokenLength = 16;

/** Reports whether Basic authentication can transmit the name (RFC 7617, section 2). */
export function isUserName(name: string): boolean {
  return /^[^:\p{Cc}]+$/u.test(name);
}

/** Reports whether `token` has the syntax of RFC 6750, section 2.1, and at least 16 characters. */
function isToken(token: string): boolean {
  return token.length >= minTokenLength && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
}

/** Describes valid users and tokens in error messages. */
export const expectedUsers = 'name=hash pairs, each hash bcrypt (cost 4 to 16) or scrypt (in the PHC string format)';
export const expectedTokens = `name=token pairs, each token with ${minTokenLength} or more letters, digits or ._~+/-`;

/** Returns the problems of users. They are identified by index: any part of an invalid pair may be the secret. */
export function userProblems(where: string, users: NamedSecrets): Problem[] {
  return Object.entries(users).flatMap(([name, hash], index) =>
    isUserName(name) && typeof hash === 'string' && isPasswordHash(hash)
      ? []
      : [{ where: `${where}[${index}]`, expected: expectedUsers, ...defectOf(name, hash) }],
  );
}

/** Returns the problems of tokens, identified by index. */
export function tokenProblems(where: string, tokens: NamedSecrets): Problem[] {
  return Object.entries(tokens).flatMap(([name, token], index) =>
    name !== '' && typeof token === 'string' && isToken(token)
      ? []
      : [{ where: `${where}[${index}]`, expected: expectedTokens, ...defectOf(name, token) }],
  );
}

/** Returns what is expected of a pair with quotes, or with a variable that was not replaced by its value. */
function defectOf(name: string, secret: unknown): ReturnType<typeof defectProblem> | undefined {
  const texts = typeof secret === 'string' ? [name, secret] : [name];
  const defect = texts.map((text) => secretDefect(text)).find((each) => each !== undefined);
  return defect === undefined ? undefined : defectProblem('a name and a secret', defect);
}

/** Parses the users of an environment variable. A comma within a scrypt hash does not separate pairs. */
export function parseUsers(raw: string): NamedSecrets {
  return parsePairs(raw, /,(?=[^,=]*=\s*(?:\$|%24))/);
}

/** Parses the tokens of an environment variable. */
export function parseTokens(raw: string): NamedSecrets {
  return parsePairs(raw, /,/);
}

/**
 * Parses `name=secret` pairs, which may be percent-encoded.
 *
 * The text of an invalid pair, or of a duplicate name, is stored under the empty name, which validation rejects. Ignoring the variable
 * instead would leave the endpoint without authentication.
 */
function parsePairs(raw: string, separator: RegExp): NamedSecrets {
  const pairs = new Map<string, string>();
  for (const part of raw.replace(/[\s,]+$/, '').split(separator)) {
    const [name, secret] = parsePair(part) ?? ['', part];
    pairs.set(pairs.has(name) ? '' : name, secret);
  }
  return Object.fromEntries(pairs);
}

function parsePair(part: string): [string, string] | undefined {
  const equals = part.indexOf('=');
  if (equals < 0) return undefined;
  try {
    return [decodeURIComponent(part.slice(0, equals).trim()), decodeURIComponent(part.slice(equals + 1).trim())];
  } catch {
    return undefined;
  }
}

/** Reads an `Authorization` header; returns `undefined` when it is absent or invalid. */
export function readAuthorization(header: string | undefined): Credentials | undefined {
  const [, scheme, text] = /^(basic|bearer) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || text === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: text };
  const pair = decodeUtf8(Buffer.from(text, 'base64'));
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return { scheme: 'basic', user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Rejects invalid UTF-8: replacement characters would make different passwords equal. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
