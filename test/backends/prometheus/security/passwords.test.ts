import { randomBytes, scryptSync } from 'node:crypto';
import { hashSync } from 'bcryptjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decoyHashOf,
  hashPassword,
  isPasswordHash,
  verifyPassword,
} from '../../../../src/backends/prometheus/security/passwords.js';

/** Test vector of RFC 7914, section 12, in the PHC string format. */
const rfc7914 =
  '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$' +
  'cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw';

test.each([
  // Test vectors of crypt_blowfish.
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['pleaseletmein', rfc7914],
])('%j is the password of %s', async (password, hash) => {
  expect(isPasswordHash(hash)).toBe(true);
  expect(await verifyPassword(password, hash)).toBe(true);
  expect(await verifyPassword(`${password}x`, hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

const salt = 'c2FsdHNhbHRzYWx0';
const key = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTA';

const scrypt = (parameters: string, saltLength = 11, hashLength = 22) =>
  `$scrypt$${parameters}$${'A'.repeat(saltLength)}$${'A'.repeat(hashLength)}`;

test.each([
  ['the lowest cost of bcrypt', `$2b$04$${'.'.repeat(53)}`, `$2b$03$${'.'.repeat(53)}`],
  ['the highest cost of bcrypt', `$2b$16$${'.'.repeat(53)}`, `$2b$17$${'.'.repeat(53)}`],
  ['the length of bcrypt', `$2b$10$${'.'.repeat(53)}`, `$2b$10$${'.'.repeat(52)}`],
  ['scrypt with N = 2', scrypt('ln=1,r=1,p=1'), scrypt('ln=0,r=1,p=1')],
  ['scrypt that needs 128 MiB', scrypt('ln=17,r=8,p=1'), scrypt('ln=17,r=9,p=1')],
  ['scrypt that takes the most time', scrypt('ln=17,r=8,p=4'), scrypt('ln=17,r=8,p=5')],
  ['the shortest salt of scrypt', scrypt('ln=10,r=8,p=1', 11), scrypt('ln=10,r=8,p=1', 10)],
  ['the longest salt of scrypt', scrypt('ln=10,r=8,p=1', 86), scrypt('ln=10,r=8,p=1', 87)],
  ['the shortest hash of scrypt', scrypt('ln=10,r=8,p=1', 11, 22), scrypt('ln=10,r=8,p=1', 11, 21)],
  ['the longest hash of scrypt', scrypt('ln=10,r=8,p=1', 11, 86), scrypt('ln=10,r=8,p=1', 11, 87)],
])('%s is valid, and anything beyond is not', (_, valid, beyond) => {
  expect([isPasswordHash(valid), isPasswordHash(beyond)]).toEqual([true, false]);
});

test.each([
  ['nothing', ''],
  ['plain text', 'hunter2'],
  ['plain text that begins like a hash', '$2b$10$hunter2'],
  ['bcrypt with too low a cost', `$2b$03$${'.'.repeat(53)}`],
  ['bcrypt with a cost that takes minutes', `$2b$17$${'.'.repeat(53)}`],
  ['the broken bcrypt version 2x', `$2x$10$${'.'.repeat(53)}`],
  ['an MD5 hash', '$1$salt$qJH7.N4xYta3aEG/dfqo/0'],
  ['a SHA-1 hash in Apache format', '{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs='],
  ['scrypt that needs gigabytes', `$scrypt$ln=20,r=8,p=1$${salt}$${key}`],
  ['scrypt that needs 256 MiB', `$scrypt$ln=18,r=8,p=1$${salt}$${key}`],
  ['scrypt with block sizes that need gigabytes', `$scrypt$ln=10,r=99,p=99$${salt}$${key}`],
  ['scrypt that takes minutes', `$scrypt$ln=17,r=8,p=99$${salt}$${key}`],
  ['scrypt with N = 1', `$scrypt$ln=0,r=8,p=1$${salt}$${key}`],
  ['scrypt with r = 0', `$scrypt$ln=10,r=0,p=1$${salt}$${key}`],
  ['scrypt with p = 0', `$scrypt$ln=10,r=8,p=0$${salt}$${key}`],
  ['scrypt with an empty hash, which every password would match', `$scrypt$ln=10,r=8,p=1$${salt}$`],
  ['scrypt with too short a hash', `$scrypt$ln=10,r=8,p=1$${salt}$AAAA`],
  ['scrypt with too short a salt', `$scrypt$ln=10,r=8,p=1$AAAA$${key}`],
  ['a hash with a trailing comma', `${rfc7914},`],
  ['a hash with a trailing line break', `${rfc7914}\n`],
])('%s is not a valid hash and matches no password', async (_, text) => {
  expect(isPasswordHash(text)).toBe(false);
  expect(await verifyPassword('', text)).toBe(false);
  expect(await verifyPassword(text, text)).toBe(false);
});

test('hashPassword gives a verifiable hash with a random salt', async () => {
  const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
  expect(isPasswordHash(one)).toBe(true);
  expect(await verifyPassword('correct horse', one)).toBe(true);
  expect(await verifyPassword('correct horsf', one)).toBe(false);
});

test('any text can be a password', async () => {
  const prefix = '$scrypt$ln=1,r=1,p=1$c2FsdHNhbHRzYWx0$';
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (password) => {
      const hash = scryptSync(password, Buffer.from('saltsaltsalt'), 32, { N: 2, r: 1, p: 1 }).toString('base64');
      expect(await verifyPassword(password, prefix + hash.replace(/=+$/, ''))).toBe(true);
      expect(await verifyPassword(`${password}.`, prefix + hash.replace(/=+$/, ''))).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['bcrypt', hashSync('x', 6)],
  ['costly bcrypt', hashSync('x', 12)],
  ['scrypt', rfc7914],
  ['cheap scrypt', `$scrypt$ln=10,r=4,p=2$${salt}$${key}`],
])('a decoy of %s has the same cost and a different hash', (_, hash) => {
  const decoy = decoyHashOf(hash);
  const shape = (text: string) => /^(\$2b\$\d\d|\$scrypt\$[^$]*)\$/.exec(text)?.[0];
  expect(isPasswordHash(decoy)).toBe(true);
  expect(shape(decoy)).toBe(shape(hash));
  expect(decoy).toHaveLength(hash.length);
  expect(decoy.slice(-16)).not.toBe(hash.slice(-16));
  expect(decoyHashOf(hash)).not.toBe(decoy);
});

test.each([
  ['bcrypt', hashSync('x', 12)],
  ['scrypt', `$scrypt$ln=16,r=8,p=4$${salt}$${key}`],
])('verifying %s does not block the event loop', async (_, hash) => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await verifyPassword(randomBytes(8).toString('hex'), hash);
  clearInterval(timer);
  // Both take some hundreds of milliseconds; bcrypt on this thread would block for 100 ms at a time.
  expect(turns).toBeGreaterThan(30);
});

test('the bcrypt thread does not keep the process alive', async () => {
  const held = () => process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
  const before = held();
  const verified = verifyPassword('x', hashSync('x', 10));
  expect(held()).toBe(before);
  expect(await verified).toBe(true);
});
