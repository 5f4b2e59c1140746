/** The attribute `error.type` of client requests. */
import { channel } from 'node:diagnostics_channel';
import { test } from 'vitest';
import { expectCounts, start } from './http-traffic.js';

test('classifies errors by code, then status, cause and class name, as the other packs do', async () => {
  const { client } = start({ server: false });
  class PoolError extends Error {}
  const errors = [
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED', status: 503 }),
    Object.assign(new Error('busy'), { status: 503 }),
    new Error('failed', { cause: { code: 'ECONNRESET' } }),
    new PoolError('empty'),
    new Error('a message'),
    'a text',
  ];
  for (const error of errors) {
    const request = { origin: 'http://a', method: 'GET', path: '/' };
    channel('undici:request:create').publish({ request });
    channel('undici:request:error').publish({ request, error });
  }
  const types = ['ECONNREFUSED', '503', 'ECONNRESET', 'PoolError', 'Error', '_OTHER'];
  await expectCounts(client, Object.fromEntries(types.map((type) => [`GET a ${type}`, 1])));
});
