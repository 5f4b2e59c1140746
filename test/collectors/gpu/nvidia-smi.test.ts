/** nvidia-smi as a program that runs for long: streams, stalls, ends, refuses, hangs, and is stopped. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { NvidiaSmi, type SmiTimes } from '../../../src/collectors/gpu/nvidia-smi.js';
import { RestartingProgram } from '../../../src/collectors/gpu/restarting-program.js';
import { systemClock } from '../../../src/model/clock.js';
import { FakeClock } from '../../support/clock.js';
import { type FakeSmi, fakeNvidiaSmi, stalls, streams } from '../../support/fake-nvidia-smi.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const times: SmiTimes = { intervalMs: 100, firstWaitMs: 10_000, startMs: 20_000, idleMs: 60_000, restartMs: 20 };

function open(behaviour: string, more: Partial<SmiTimes> = {}, change: (fake: FakeSmi) => string = (f) => f.command) {
  const fake = fakeNvidiaSmi(behaviour);
  const smi = new NvidiaSmi(change(fake), { ...times, ...more }, systemClock);
  ends.push(async () => {
    smi.stop();
    // Also the assertion of every test: neither a process nor a zombie is left.
    await vi.waitFor(() => expect(fake.alive()).toEqual([]), { timeout: 10_000 });
    fake.remove();
  });
  const until = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
  return { fake, smi, until };
}

const errorOf = (reading: Promise<unknown>) =>
  reading.then(
    () => '',
    (error: Error) => error.message,
  );

test('all GPUs are in the first reading, and later readings are newer, of one program', async () => {
  const { fake, smi, until } = open(streams);
  const first = await smi.read();
  expect(first).toMatchObject([
    { id: 'GPU-0', index: 0, name: 'Fake GPU', utilization: 0.4, memoryUsedBytes: 2 ** 30 },
    { id: 'GPU-1', index: 1, utilization: 0.41, memoryTotalBytes: 2 ** 32 },
  ]);
  await until(async () => expect((await smi.read())?.[1]?.encoderUtilization).toBeGreaterThan(0.03));
  expect(fake.starts()).toHaveLength(1);
  expect(fake.starts()[0]).toMatch(/^--query-gpu=count,index,uuid,.*,name --format=csv,noheader,nounits -lms 100$/);
});

test('the first reading waits for a slow program', async () => {
  const { smi } = open(`sleep 0.3; row 0; sleep 0.3; row 1; exec sleep 1000`, { intervalMs: 1_000 });
  expect(await smi.read()).toHaveLength(2);
});

test('a program that is slower than a reading waits is no failure', async () => {
  const { smi, until } = open(`sleep 0.5; ${streams}`, { firstWaitMs: 20 });
  expect(await smi.read()).toEqual([]);
  await until(async () => expect(await smi.read()).toHaveLength(2));
});

test('a program that has printed nothing for the time of a first reading delays no later one', async () => {
  const fake = fakeNvidiaSmi('exec sleep 1000');
  let laterMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + laterMs };
  const smi = new NvidiaSmi(fake.command, { ...times, firstWaitMs: 600_000, startMs: 6_000_000 }, clock);
  const first = smi.read();
  await vi.waitFor(() => expect(fake.alive()).not.toEqual([]), { timeout: 10_000 });
  laterMs = 600_000;
  expect(await smi.read()).toEqual([]);
  smi.stop();
  expect(await first).toEqual([]);
  await vi.waitFor(() => expect(fake.alive()).toEqual([]), { timeout: 10_000 });
  fake.remove();
});

test('the readings of a program that stalls disappear, then it is killed and started again', async () => {
  const { fake, smi, until } = open(stalls, { firstWaitMs: 50 });
  await until(async () => expect(await smi.read()).toHaveLength(2));
  await until(async () => expect(await errorOf(smi.read())).toMatch(/nvidia-smi printed no GPU for \d+ s$/));
  fake.become(streams);
  await until(async () => expect(await smi.read()).toHaveLength(2));
  expect(fake.starts()).toHaveLength(2);
});

test.each([
  ['nothing', 'exec sleep 1000'],
  ['garbage', `while :; do echo '%&,/,"'; echo; head -c 30000 /dev/zero; sleep 0.02; done`],
  ['lines of other fields', 'while :; do echo "1, 2, 3"; sleep 0.02; done'],
])('a program that prints %s hangs', async (_, behaviour) => {
  const { smi, until } = open(behaviour, { firstWaitMs: 20, startMs: 300 });
  expect(await smi.read()).toEqual([]);
  await until(async () => expect(await errorOf(smi.read())).toMatch(/printed no GPU for 0 s$/));
});

test('a program that ends is started again, and its last readings last for three intervals', async () => {
  const { fake, smi, until } = open('print; echo "GPU is lost" >&2; exit 15', { restartMs: 60_000 });
  expect(await smi.read()).toHaveLength(2);
  await until(async () => expect(await errorOf(smi.read())).toMatch(/nvidia-smi ended with code 15: GPU is lost$/));
  expect(fake.starts()).toHaveLength(1);
});

test('garbage between the lines is ignored', async () => {
  const { smi } = open(`echo 'warning: infoROM is corrupted' >&2; print; echo ', ,'; exec sleep 1000`);
  expect(await smi.read()).toHaveLength(2);
});

test('fields that an old driver refuses are left out, within the first reading', async () => {
  const refuse = (name: string) =>
    `case ,$fields, in *,${name},*) echo 'Field "${name}" is not a valid field to query.'; echo; exit 2 ;; esac`;
  const names = ['clocks_event_reasons.active', 'utilization.encoder', 'utilization.decoder'];
  const { fake, smi } = open(`${names.map(refuse).join('\n')}\n${streams}`, { restartMs: 60_000 });
  expect(await smi.read()).toMatchObject([{ id: 'GPU-0', utilization: 0.4 }, { id: 'GPU-1' }]);
  expect(fake.starts()).toHaveLength(4);
  expect(fake.starts()[3]).toContain('clocks_throttle_reasons.active');
});

test('a driver that refuses every field ends in a failure', async () => {
  const refuse = `for f in $(echo $fields | tr , ' '); do echo "Field \\"$f\\" is not a valid field to query."; exit 2; done`;
  const { smi } = open(`${refuse}; exit 2`, { restartMs: 60_000 });
  expect(await errorOf(smi.read())).toMatch(/ended with code 2/);
});

test.each([
  ['no device', 'echo "No devices were found"; exit 6'],
  ['no driver', `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver." >&2; exit 9`],
])('%s is no GPU, and not a failure', async (_, behaviour) => {
  const { smi } = open(behaviour);
  expect(await smi.read()).toBeUndefined();
});

test('without nvidia-smi no program is started', async () => {
  const { fake, smi } = open(streams, {}, ({ folder }) => `${folder}/missing`);
  expect(await smi.read()).toBeUndefined();
  expect(fake.alive()).toEqual([]);
});

test('a stopped program is gone, is not started again, and its last readings are shown while they are recent', async () => {
  const { fake, smi, until } = open(streams);
  await smi.read();
  smi.stop();
  expect(await smi.read()).toHaveLength(2);
  await until(async () => expect(fake.alive()).toEqual([]));
  await until(async () => expect(await smi.read()).toEqual([]));
  expect(fake.starts()).toHaveLength(1);
});

test('a stop during a reading starts nothing', async () => {
  const { fake, smi } = open(streams, { firstWaitMs: 50 });
  const reading = smi.read();
  smi.stop();
  expect(await reading).toEqual([]);
  expect(fake.starts()).toEqual([]);
});

test('a program whose lines nobody reads is stopped, and started by the next reading', async () => {
  const { fake, smi, until } = open(streams, { idleMs: 200 });
  await smi.read();
  await until(async () => expect(fake.alive()).toEqual([]));
  await until(async () => {
    await smi.read();
    expect(fake.starts()).toHaveLength(2);
  });
  expect(await smi.read()).toHaveLength(2);
});

test('the instances of a GPU in MIG mode are read from a second program', async () => {
  const { fake, smi, until } = open(`
    if [ "$1" = -q ]; then
      cat test/fixtures/nvidia-smi/580-instances.txt
      exec sleep 1000
    fi
    mig=Enabled
    ${streams}`);
  await until(async () => expect(await smi.read()).toHaveLength(4));
  expect((await smi.read())?.filter(({ parent }) => parent !== undefined)).toMatchObject([
    { id: 'MIG-GPU-aaaaaaaa-1111-2222-3333-444455556666/2/0', memoryUsedBytes: 26 * 2 ** 20 },
    { id: 'MIG-GPU-aaaaaaaa-1111-2222-3333-444455556666/9/1' },
  ]);
  expect(fake.starts().map((each) => each.split(/[ =]/)[0])).toEqual(['--query-gpu', '-q']);
});

describe('restarts', () => {
  test('each early end doubles the delay, up to a minute', async () => {
    const clock = new FakeClock();
    const program = new RestartingProgram('false', 1_000, clock, () => {});
    const steps = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    program.start([]);
    for (const delayMs of steps) {
      expect(program.runsMs).toBe(0);
      await program.ended();
      expect(program.end).toEqual({ code: 1, lastLine: '' });
      clock.advance(delayMs - 1);
      program.start([]);
      expect(program.runsMs).toBeUndefined();
      clock.advance(1);
      program.start([]);
    }
    await program.ended();
  });

  test('a program that ran for a minute is started again after the first delay', async () => {
    const clock = new FakeClock();
    const program = new RestartingProgram('cat', 1_000, clock, () => {});
    for (let round = 0; round < 3; round++) {
      program.start(['/dev/zero']);
      clock.advance(60_000);
      program.kill();
      await program.ended();
      clock.advance(1_000);
    }
    program.start(['/dev/null']);
    expect(program.runsMs).toBe(0);
    await program.ended();
  });

  test('a program that runs is not started twice, not even while it is stopped', async () => {
    const program = new RestartingProgram('sleep', 1_000, new FakeClock(), () => {});
    program.start(['1000']);
    program.stop();
    program.start(['1000'], false);
    await program.ended();
    expect([program.runsMs, program.end]).toEqual([undefined, undefined]);
  });

  test('a command that does not exist ends', async () => {
    const program = new RestartingProgram('/nowhere/nvidia-smi', 1_000, new FakeClock(), () => {});
    program.start([]);
    await program.ended();
    expect(program.end).toMatchObject({ code: 127, lastLine: expect.stringContaining('not found') });
  });
});
