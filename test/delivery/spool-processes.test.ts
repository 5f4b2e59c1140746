/** Processes that share a spool, end and are killed: each window arrives once, with its own time. */
import { expect, test } from 'vitest';
import type { Answer } from '../support/http-peer.js';
import { delivering, filesIn, recording, spoolScene } from './spool-scene.js';

test('the next process delivers what a process left, in order and with its times', async () => {
  let answer: Answer = { status: 503 };
  const { start, arrivals, directory } = await spoolScene(() => answer);
  const rounds = `${recording} for (let count = 0; count < 3; count++) await round();`;
  const ends = [await start('1', rounds).end, await start('2', rounds).end];
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(filesIn(directory)).toHaveLength(6);
  answer = { status: 200 };
  expect(await start('3', `${recording} await round();`).end).toMatchObject({ code: 0, stderr: '' });
  expect(arrivals().map(({ run, value }) => `${run}: ${value}`)).toEqual(
    [...'111222'].map((run) => `${run}: 1`).concat('3: 1'),
  );
  const endTimes = arrivals().map(({ end }) => end);
  expect(endTimes).toEqual([...endTimes].sort());
  for (const run of ['1', '2']) {
    const windows = arrivals().filter((arrival) => arrival.run === run);
    expect(windows.slice(1).map(({ start: from }) => from)).toEqual(windows.slice(0, -1).map(({ end }) => end));
  }
  expect(filesIn(directory)).toEqual([]);
});

test('each window of killed processes is delivered by one of the next processes', async () => {
  let answer: Answer = { status: 503 };
  const { start, arrivals, directory } = await spoolScene(() => answer);
  const rounds = `${recording} for (let count = 0; count < 5; count++) await round(); console.log('rounds done'); setInterval(() => {}, 1_000);`;
  const first = ['1', '2', '3'].map((run) => start(run, rounds));
  await Promise.all(first.map(({ printed }) => printed(/rounds done/)));
  // Folders of running processes are not taken over.
  answer = { status: 200 };
  expect(await start('4', delivering).end).toMatchObject({ code: 0 });
  expect(arrivals()).toEqual([]);
  for (const { child } of first) child.kill('SIGKILL');
  await Promise.all(first.map(({ end }) => end));
  const second = await Promise.all(['5', '6'].map((run) => start(run, delivering).end));
  expect(second.map(({ code, stderr }) => ({ code, stderr }))).toEqual(new Array(2).fill({ code: 0, stderr: '' }));
  expect(
    arrivals()
      .map(({ run }) => run)
      .sort()
      .join(''),
  ).toBe('111112222233333');
  expect(new Set(arrivals().map(({ run, end }) => `${run} ${end}`)).size).toBe(15);
  expect(filesIn(directory)).toEqual([]);
});

test('the spool neither keeps a process alive nor makes it fail', async () => {
  const { start, peer } = await spoolScene(() => ({ status: 200 }));
  await peer.close();
  const alone = await start('1', `${recording} await round();`, { OTEL_LOG_LEVEL: 'none' }).end;
  expect(alone).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(alone.lastedMs).toBeLessThan(15_000);
  const full = await start('1', `${recording} await round();`, { OTELIER_SPOOL_DIR: '/dev/null/spool' }).end;
  expect(full).toMatchObject({ code: 0, stderr: expect.stringContaining('OTELIER_SPOOL_DIR') });
  expect(full.stderr).toContain('/dev/null/spool');
});
