/**
 * Passwords: kept as hashes only, bcrypt as in Prometheus' web configuration, or scrypt in the PHC string format.
 *
 * Plain text is never a hash, so a password that was put where a hash belongs is refused instead of compared.
 */
import { compareInThread } from './bcrypt-thread.js';

/** bcrypt: `$2b$<cost>$<22 characters of salt><31 of hash>`. */
const bcryptForm = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** scrypt: `$scrypt$ln=<log2 of N>,r=<r>,p=<p>$<salt>$<hash>`, 8 bytes of salt and 16 of hash at least. */
const scryptForm = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** A hash is written by whoever writes the settings, and must not be able to ask for minutes or gigabytes. */
const highestBcryptCost = 16;
const mostScryptMemory = 128 * 2 ** 20;
const mostScryptWork = 2 ** 22;

/** What `hashPassword` takes: 32 MiB and about a fifth of a second, as OWASP recommends for this N. */
const ownScrypt = { N: 2 ** 15, r: 8, p: 3 };

interface ScryptHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/**
 * Whether `text` is a hash that `verifyPassword` can verify: bcrypt with a cost from 4 to 16, or scrypt that takes no
 * more than 128 MiB.
 */
export function isPasswordHash(text: string): boolean {
  const cost = bcryptForm.exec(text)?.[1];
  if (cost !== undefined) return Number(cost) >= 4 && Number(cost) <= highestBcryptCost;
  return parseScrypt(text) !== undefined;
}

/**
 * Whether `password` is the one that `hash` was made of; `false` for anything that is no hash.
 *
 * Takes as long for a wrong password as for the right one, and leaves the event loop free meanwhile. As bcrypt is
 * defined, its hashes tell passwords apart by their first 72 bytes.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  if (!isPasswordHash(hash)) return false;
  const expected = parseScrypt(hash);
  if (expected === undefined) return compareInThread(password, hash);
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto');
  return timingSafeEqual(await deriveKey(password, expected, expected.salt, expected.hash.length), expected.hash);
}

/** A scrypt hash of `password` with a salt of its own, to be put into settings. */
export async function hashPassword(password: string): Promise<string> {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const salt = randomBytes(16);
  return renderScrypt({ ...ownScrypt, salt, hash: await deriveKey(password, ownScrypt, salt, 32) });
}

/** A hash of no known password that takes as long to verify as `hash` does. */
export function decoyOf(hash: string): string {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const scrypt = parseScrypt(hash);
  if (scrypt !== undefined) {
    return renderScrypt({ ...scrypt, salt: randomBytes(scrypt.salt.length), hash: randomBytes(scrypt.hash.length) });
  }
  const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return hash.slice(0, 7) + Array.from(randomBytes(53), (byte) => alphabet[byte % 64]).join('');
}

function parseScrypt(text: string): ScryptHash | undefined {
  const [, ln, r, p, salt, hash] = scryptForm.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const parsed = {
    N: 2 ** Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  const memory = 128 * parsed.N * parsed.r;
  const work = parsed.N * parsed.r * parsed.p;
  return parsed.N > 1 && work > 0 && memory <= mostScryptMemory && work <= mostScryptWork ? parsed : undefined;
}

function renderScrypt({ N, r, p, salt, hash }: ScryptHash): string {
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

function deriveKey(
  password: string,
  { N, r, p }: Pick<ScryptHash, 'N' | 'r' | 'p'>,
  salt: Buffer,
  length: number,
): Promise<Buffer> {
  const { scrypt } = process.getBuiltinModule('node:crypto');
  return new Promise((resolve, reject) => {
    // Exactly what OpenSSL allocates, and a few blocks more.
    const maxmem = 128 * r * (N + p + 8);
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
