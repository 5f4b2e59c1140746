/** Credentials: which can be configured, how an environment variable lists them, and how a request brings them. */
import type { Problem } from '../../../errors.js';
import { isPasswordHash } from './passwords.js';

/** What the `Authorization` header of a request says (RFC 7617, RFC 6750). */
export type Credentials =
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string };

/** Hashes by user, or tokens by the name that is given to them. */
export type NamedSecrets = Readonly<Record<string, string>>;

/** Shorter ones are guessed, and `name=` of a variable that was left empty is one. */
const shortestToken = 16;

/** A name that Basic authentication can send (RFC 7617, section 2). */
export function isUserName(name: string): boolean {
  return /^[^:\p{Cc}]+$/u.test(name);
}

/** The characters of RFC 6750, section 2.1, 16 of them or more. */
function isToken(token: string): boolean {
  return token.length >= shortestToken && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
}

/** What is expected of users and tokens, as in errors. */
export const expectedUsers = 'name=hash pairs, each hash bcrypt (cost 4 to 16) or scrypt (in the PHC string format)';
export const expectedTokens = `name=token pairs, each token of ${shortestToken} letters, digits or any of ._~+/- or more`;

/** What is wrong with users. Told by their place: of a pair that is wrong, any part may be the secret. */
export function userProblems(where: string, users: NamedSecrets): Problem[] {
  return Object.entries(users).flatMap(([name, hash], index) =>
    isUserName(name) && typeof hash === 'string' && isPasswordHash(hash)
      ? []
      : [{ where: `${where}[${index}]`, expected: expectedUsers }],
  );
}

/** What is wrong with tokens, told by their place. */
export function tokenProblems(where: string, tokens: NamedSecrets): Problem[] {
  return Object.entries(tokens).flatMap(([name, token], index) =>
    name !== '' && typeof token === 'string' && isToken(token)
      ? []
      : [{ where: `${where}[${index}]`, expected: expectedTokens }],
  );
}

/** Users as a variable lists them: a comma inside of a hash of scrypt ends no pair. */
export function parseUsers(raw: string): NamedSecrets {
  return parsePairs(raw, /,(?=[^,=]*=\s*(?:\$|%24))/);
}

/** Tokens as a variable lists them. */
export function parseTokens(raw: string): NamedSecrets {
  return parsePairs(raw, /,/);
}

/**
 * `name=secret` pairs, which may be percent-encoded.
 *
 * What is no pair, or names what another one named, is kept under the empty name, which no problem check lets pass: a
 * variable that was ignored for a mistake in it would leave the endpoint open.
 */
function parsePairs(raw: string, separator: RegExp): NamedSecrets {
  const pairs = new Map<string, string>();
  for (const part of raw.replace(/[\s,]+$/, '').split(separator)) {
    const [name, secret] = parsePair(part) ?? ['', ''];
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

/** Reads an `Authorization` header; `undefined` when there is none, or none that can be understood. */
export function readAuthorization(header: string | undefined): Credentials | undefined {
  const [, scheme, text] = /^(basic|bearer) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || text === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', token: text };
  const pair = decodeUtf8(Buffer.from(text, 'base64'));
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return { scheme: 'basic', user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Bytes that are no UTF-8 would all become the same character, and different passwords the same. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
