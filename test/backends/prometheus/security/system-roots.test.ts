import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { systemRoots } from '../../../../src/backends/prometheus/security/system-roots.js';
import { makeCertificate, makeFolder } from './certificates.js';

const folder = makeFolder();
const [bundle, single, none] = [join(folder, 'bundle.pem'), join(folder, 'single'), join(folder, 'none')];
let pems: string[];

beforeAll(() => {
  const files = ['one', 'two', 'three'].map((name) => makeCertificate(folder, name).certificate);
  pems = files.map((file) => readFileSync(file, 'utf8').trim());
  writeFileSync(bundle, `# a comment\n${pems[0]}\n${pems[1]?.replaceAll('\n', '\r\n')}\n`);
  mkdirSync(single);
  for (const index of [1, 2]) copyFileSync(files[index] as string, join(single, `${index}.pem`));
  writeFileSync(join(single, 'README'), 'no certificate');
});

test.each([
  ['the bundle', () => ({ SSL_CERT_FILE: bundle, SSL_CERT_DIR: none }), [0, 1]],
  ['the folders', () => ({ SSL_CERT_FILE: none, SSL_CERT_DIR: `${none}:${single}` }), [1, 2]],
  ['both, each certificate once', () => ({ SSL_CERT_FILE: bundle, SSL_CERT_DIR: single }), [0, 1, 2]],
  ['nothing', () => ({ SSL_CERT_FILE: none, SSL_CERT_DIR: none }), []],
])('reads %s', (_, environment, expected) => {
  expect(systemRoots(environment())).toEqual(expected.map((index) => pems[index]));
});
