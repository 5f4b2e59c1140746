/**
 * Password hashes: bcrypt, as in Prometheus' web configuration, or scrypt in the PHC string format.
 *
 * Plain text is not a valid hash, so a password in place of its hash is rejected instead of compared.
 */

/** bcrypt: `$2b$<cost>$<22 characters of salt><31 of hash>`. */
const bcryptPattern = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** scrypt: `$scrypt$ln=<log2 of N>,r=<r>,p=<p>$<salt>$<hash>`, with at least 8 bytes of salt and 16 bytes of hash. */
const scryptPattern =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Upper limits: a hash in the settings must not demand minutes of CPU time or gigabytes of memory. */
const maxBcryptCost = 16;
const maxScryptBytes = 128 * 2 ** 20;
const maxScryptWork = 2 ** 22;

/** Parameters of `hashPassword`: 32 MiB and about 0.2 s, as OWASP recommends for this N. */
const defaultScrypt = { N: 2 ** 15, r: 8, p: 3 };

interface ScryptHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/**
 * Reports whether `text` is a hash that `verifyPassword` can verify: bcrypt with a cost from 4 to 16, or scrypt that
 * needs at most 128 MiB.
 */
export function isPasswordHash(text: string): boolean {
  const cost = bcryptPattern.exec(text)?.[1];
  if (cost !== undefined) return Number(cost) >= 4 && Number(cost) <= maxBcryptCost;
  return parseScrypt(text) !== undefined;
}

/**
 * Reports whether `hash` is the hash of `password`; returns `false` for an invalid hash.
 *
 * Takes equally long for a wrong and the right password, and does not block the event loop. bcrypt compares only the first
 * 72 bytes of a password, by definition.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  if (!isPasswordHash(hash)) return false;
  const expected = parseScrypt(hash);
  if (expected === undefined) {
    // Loaded when a bcrypt hash is used: the file holds the library.
    const { compareInThread } = await import('./bcrypt-thread.js');
    return compareInThread(password, hash);
  }
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto');
  return timingSafeEqual(await deriveKey(password, expected, expected.salt, expected.hash.length), expected.hash);
}

/** Returns a scrypt hash of `password` with a random salt, for use in settings. */
export async function hashPassword(password: string): Promise<string> {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const salt = randomBytes(16);
  return renderScrypt({ ...defaultScrypt, salt, hash: await deriveKey(password, defaultScrypt, salt, 32) });
}

/** Returns the parameters of a valid hash that determine how long it takes to verify; equal for hashes that take equally long. */
export function hashCostOf(hash: string): string {
  const scrypt = parseScrypt(hash);
  return scrypt === undefined
    ? `bcrypt ${bcryptPattern.exec(hash)?.[1]}`
    : `scrypt ${scrypt.N} ${scrypt.r} ${scrypt.p}`;
}

/** Returns a hash of no known password whose verification takes as long as that of `hash`. */
export function decoyHashOf(hash: string): string {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const scrypt = parseScrypt(hash);
  if (scrypt !== undefined) {
    return renderScrypt({ ...scrypt, salt: randomBytes(scrypt.salt.length), hash: randomBytes(scrypt.hash.length) });
  }
  const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return hash.slice(0, 7) + Array.from(randomBytes(53), (byte) => alphabet[byte % 64]).join('');
}

function parseScrypt(text: string): ScryptHash | undefined {
  const [, ln, r, p, salt, hash] = scryptPattern.exec(text) ?? [];
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
  return parsed.N > 1 && work > 0 && memory <= maxScryptBytes && work <= maxScryptWork ? parsed : undefined;
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
    // The memory that OpenSSL allocates, and a few blocks more.
    const maxmem = 128 * r * (N + p + 8);
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
