/** nvidia-smi on PATH of a program that is measured: it never outlives the program, and never keeps it alive. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { type FakeSmi, fakeNvidiaSmi, stalls, streams } from '../../support/fake-nvidia-smi.js';
import { type Program, startApp } from '../../support/program.js';

const started: { readonly fake: FakeSmi; readonly program: Program }[] = [];
afterEach(async () => {
  for (const { fake, program } of started.splice(0)) {
    await program.stop();
    await vi.waitFor(() => expect(fake.running()).toEqual([]), { timeout: 10_000 });
    fake.remove();
  }
});

/** Starts a program that prints the utilization of the first GPU, and then runs `then`. */
function run(behaviour: string, then: string, atStart = '') {
  const fake = fakeNvidiaSmi(behaviour);
  const source = `
    ${atStart}
    import { startMetrics } from 'otelier';
    import { gpu } from 'otelier/collectors/gpu';
    const metrics = startMetrics({ packs: { gpu: gpu({ sysfs: '/missing', library: '/missing' }) } });
    await metrics.ready;
    const [, value] = /^hw_gpu_utilization_ratio\\{hw_gpu_task="general",hw_id="GPU-0".*\\} (.*)$/m.exec(await metrics.exposition()) ?? [];
    console.log('utilization ' + value);
    ${then}`;
  const environment = {
    PATH: `${fake.folder}:${process.env['PATH']}`,
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  };
  const program = startApp(source, environment);
  started.push({ fake, program });
  return { fake, program };
}

const runsForever = 'setInterval(() => {}, 1000);';

test.each([
  ['streams', streams],
  ['stalls', stalls],
  ['ignores every signal that can be ignored, and stalls', `trap '' PIPE TERM INT HUP; print; sleep 1000`],
])('after a SIGKILL of the program, an nvidia-smi that %s is gone', async (_, behaviour) => {
  const { fake, program } = run(behaviour, runsForever);
  expect(await program.printed(/utilization (.*)/)).toBe('0.4');
  expect(fake.running()).not.toEqual([]);
  program.child.kill('SIGKILL');
  await program.end;
  await vi.waitFor(() => expect(fake.running()).toEqual([]), { timeout: 10_000 });
});

test.each([
  ['ends by itself', ''],
  ['calls process.exit', 'process.exit(0);'],
  ['is shut down', 'await metrics.shutdown();'],
])('a program that %s is not kept alive, and leaves no nvidia-smi', async (_, then) => {
  // The endpoint does not keep a program alive either.
  const { fake, program } = run(streams, then);
  const { code, stdout, stderr } = await program.end;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'utilization 0.4\n', stderr: '' });
  await vi.waitFor(() => expect(fake.running()).toEqual([]), { timeout: 10_000 });
});

test('after a shutdown in a program that goes on, there is neither a process nor a zombie', async () => {
  const { fake, program } = run(streams, `await metrics.shutdown(); console.log('down'); ${runsForever}`);
  await program.printed(/down/);
  await vi.waitFor(() => expect(fake.alive()).toEqual([]), { timeout: 10_000 });
});

test('without a collection no nvidia-smi is started', async () => {
  const never = `
    import { startMetrics as start } from 'otelier';
    import { gpu as collector } from 'otelier/collectors/gpu';
    await start({ packs: { gpu: collector() } }).ready;
    console.log('no collection');
    process.exit(0);`;
  const { fake, program } = run(streams, '', never);
  expect((await program.end).stdout).toBe('no collection\n');
  expect(fake.starts()).toEqual([]);
});

test('Ctrl+C, which a terminal sends to the group of a program, does not reach nvidia-smi', async () => {
  const { fake, program } = run(streams, runsForever);
  await program.printed(/utilization/);
  // The fifth field of stat; the second one, the name, contains no blank.
  const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[4];
  const groups = fake.alive().map(groupOf);
  expect(groups).toHaveLength(2);
  expect(groups).not.toContain(groupOf(program.child.pid as number));
});
