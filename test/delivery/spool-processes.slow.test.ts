/** A process with a spool that is killed again and again while its endpoint comes and goes. */
import { expect, test } from 'vitest';
import { type Arrival, delivering, filesIn, recording, spoolScene } from './spool-scene.js';

test('twenty kills lose at most one interval each, damage no file and count no point twice', async () => {
  const kills = 20;
  let run = 0;
  let killing = true;
  let beganMs = performance.now();
  // The endpoint is unavailable for half of the time, in periods that are shorter than the life of a process.
  const isUnavailable = () => killing && Math.floor((performance.now() - beganMs) / 60) % 2 === 0;
  /** Number of the running process at the time of each accepted request. */
  const during: number[] = [];
  const { start, recorded, arrivals, accepted, directory } = await spoolScene(() => {
    if (isUnavailable()) return { status: 503 };
    during.push(run);
    return { status: 200 };
  });
  const rounds = `${recording} await round(); console.log('up');
    for (;;) { await round(); await new Promise((resolve) => setTimeout(resolve, 5)); }`;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  let stderr = '';
  for (run = 1; run <= kills; run++) {
    beganMs = performance.now();
    const app = start(String(run), rounds);
    // Kills alternate between processes that record and processes that still take over files.
    if (run % 2 === 0) await app.printed(/up/).then(() => pause(Math.random() * 150));
    else await pause(100 + Math.random() * 250);
    app.child.kill('SIGKILL');
    stderr += (await app.end).stderr;
  }
  killing = false;
  const last = await start('last', delivering).end;
  expect(last).toMatchObject({ code: 0, stderr: '' });
  expect(stderr).not.toMatch(/damaged|dropped|cannot/);
  expect(filesIn(directory)).toEqual([]);

  const windows = new Map<string, Arrival>();
  for (const arrival of arrivals()) windows.set(`${arrival.run} ${arrival.start} ${arrival.end}`, arrival);
  let total = 0;
  for (let killed = 1; killed <= kills; killed++) {
    const arrived = [...windows.values()].filter((arrival) => arrival.run === String(killed));
    const sum = arrived.reduce((all, { value }) => all + value, 0);
    const lost = recorded(String(killed)) - sum;
    expect({ killed, lost: lost === 0 || lost === 1 ? 'at most one' : lost }).toEqual({ killed, lost: 'at most one' });
    total += sum;
  }
  expect(total).toBeGreaterThan(kills);

  // Only a request that was under way at a kill arrives twice: the last one of its process, byte for byte.
  const firsts = new Map<string, number>();
  for (const [index, body] of accepted.entries()) {
    const text = body.toString('latin1');
    const first = firsts.get(text);
    if (first === undefined) firsts.set(text, index);
    else expect(first).toBe(during.lastIndexOf(during[first] as number));
  }
  // Every other request is another window.
  expect(firsts.size).toBe(windows.size);
});
