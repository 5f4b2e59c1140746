import { expect, test } from 'vitest';
import { exposureProblem, isLoopback } from '../../../../src/backends/prometheus/security/network-exposure.js';
import { renderProblem } from '../../../../src/errors.js';

test.each([
  'localhost',
  'LocalHost',
  '127.0.0.1',
  '127.0.0.0',
  '127.255.255.255',
  '127.1.2.3',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '0000:0000::0001',
  '::ffff:127.0.0.1',
  '::FFFF:127.9.9.9',
  '[::ffff:127.0.0.1]',
  '::ffff:7f00:1',
])('%j is reachable from this machine only', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '',
  ' ',
  '0.0.0.0',
  '0',
  '::',
  '[::]',
  '*',
  '::ffff:0.0.0.0',
  '::ffff:128.0.0.1',
  '::ffff:10.127.0.1',
  '::127.0.0.1',
  '::2',
  '1::1',
  '::1%eth0',
  'fe80::1',
  '10.0.0.1',
  '128.0.0.1',
  '12.7.0.1',
  '127',
  '127.0.0',
  '127.0.0.256',
  '127.0.0.1.',
  '127.0.0.1.example.com',
  '1127.0.0.1',
  ' 127.0.0.1',
  '127.0.0.1 ',
  '127.0.0.1/8',
  '[127.0.0.1]',
  '[::1',
  '::1]',
  '[::1]]',
  'localhost.example.com',
  'notlocalhost',
  'localhost:9464',
  'example.com',
  '::1/../..',
  '::1]@example.com',
  'localhost\n',
  '127.0.0.1\n',
])('%j may be reachable from other machines', (host) => {
  expect(isLoopback(host)).toBe(false);
});

test.each([
  { host: 'localhost', isProtected: false, allowUnprotected: false, open: true },
  { host: '0.0.0.0', isProtected: true, allowUnprotected: false, open: true },
  { host: '0.0.0.0', isProtected: false, allowUnprotected: true, open: true },
  { host: '0.0.0.0', isProtected: false, allowUnprotected: false, open: false },
  { host: '', isProtected: false, allowUnprotected: false, open: false },
  { host: 'metrics.example.com', isProtected: false, allowUnprotected: false, open: false },
])('$host, protected $isProtected, allowed $allowUnprotected: opened $open', ({ open, ...endpoint }) => {
  expect(exposureProblem(endpoint) === undefined).toBe(open);
});

test('the problem names the reason and the remedies', () => {
  const problem = exposureProblem({ host: '0.0.0.0', isProtected: false, allowUnprotected: false });
  const text = problem === undefined ? '' : renderProblem(problem);
  expect(text).toBe(
    'prometheus.host: 0.0.0.0 is reachable from other machines: ' +
      'set OTELIER_PROMETHEUS_BEARER_TOKENS (or …ALLOW_UNPROTECTED=true)',
  );
});
