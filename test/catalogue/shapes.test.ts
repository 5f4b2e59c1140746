/** Info metrics and state sets: recording on our engine and on a foreign provider, and validation. */
import { metrics as otelMetrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  defineCatalogue,
  info,
  instrumentsOf,
  type MetricsError,
  oneOf,
  startMetrics,
  stateSet,
  text,
  viewsOf,
} from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { afterEach, describe, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const app = defineCatalogue({
  build: info({ name: 'app.build.info', description: 'Build information.', attributes: { version: text() } }),
  phase: stateSet({
    name: 'app.phase',
    description: 'Phase of the application.',
    states: ['starting', 'serving', 'ending'],
  }),
  shard: stateSet({
    name: 'app.shard',
    description: 'State of a shard.',
    states: ['idle', 'busy'],
    attributes: { shard: oneOf('a', 'b') },
  }),
});

let stop: () => Promise<unknown> = async () => undefined;
afterEach(async () => {
  await stop();
  otelMetrics.disable();
});

function record({ build, phase, shard }: ReturnType<typeof instrumentsOf<typeof app.definitions>>) {
  build.set({ version: '1.2.3' });
  phase.set('starting');
  phase.set('serving');
  shard.set('busy', { shard: 'a' });
  phase.set('undeclared' as never);
}

const expected = [
  { name: 'app.build.info', attributes: { version: '1.2.3' }, value: 1 },
  { name: 'app.phase', attributes: { 'app.phase': 'starting' }, value: 0 },
  { name: 'app.phase', attributes: { 'app.phase': 'serving' }, value: 1 },
  { name: 'app.phase', attributes: { 'app.phase': 'ending' }, value: 0 },
  { name: 'app.shard', attributes: { 'app.shard': 'idle', shard: 'a' }, value: 0 },
  { name: 'app.shard', attributes: { 'app.shard': 'busy', shard: 'a' }, value: 1 },
];

test('are gauges with one series per state', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { app } });
  stop = metrics.shutdown;
  record(metrics.app);
  expect((await collect()).filter(({ name }) => name.startsWith('app.'))).toMatchObject(expected);
  expect(metrics.status().rejected.state_undeclared).toBe(1);
});

test('are equal on a foreign provider', async () => {
  const { reader, collect } = stockReader();
  const provider = new MeterProvider({ readers: [reader], views: viewsOf(app) });
  record(instrumentsOf(app, provider.getMeter('m')));
  expect(await collect()).toMatchObject(expected);
});

test('removed info attributes are no longer exported', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { app } });
  stop = metrics.shutdown;
  metrics.app.build.set({ version: '1' });
  metrics.app.build.set({ version: '2' });
  metrics.app.build.remove({ version: '1' });
  expect((await collect()).filter(({ name }) => name === 'app.build.info')).toMatchObject([
    { attributes: { version: '2' }, value: 1 },
  ]);
});

test('have the types info and stateset in OpenMetrics, and gauge in the text format', async () => {
  const backends = [prometheus({ host: '127.0.0.1', port: 0, withoutScopeLabels: true, withoutTargetInfo: true })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { app }, backends });
  stop = metrics.shutdown;
  await metrics.ready;
  record(metrics.app);
  const url = `${metrics.status().backends[0]?.url}?name[]=app_build_info&name[]=app_phase`;
  const accept = 'application/openmetrics-text; version=1.0.0';
  expect(await (await fetch(url, { headers: { accept } })).text()).toBe(
    `# HELP app_build Build information.
# TYPE app_build info
app_build_info{version="1.2.3"} 1
# HELP app_phase Phase of the application.
# TYPE app_phase stateset
app_phase{app_phase="starting"} 0
app_phase{app_phase="serving"} 1
app_phase{app_phase="ending"} 0
# EOF
`,
  );
  const plain = await (await fetch(url)).text();
  expect(plain).toContain('# TYPE app_build_info gauge\napp_build_info{version="1.2.3"} 1\n');
  expect(plain).toContain('# TYPE app_phase gauge\napp_phase{app_phase="starting"} 0\n');
});

test('the key of the state includes the namespace', () => {
  const phase = stateSet({ name: 'phase', description: 'Phase of the application.', states: ['on', 'off'] });
  expect(Object.keys(defineCatalogue({ phase }, { namespace: 'app' }).metrics[0]?.attributes ?? {})).toEqual([
    'app_phase',
  ]);
});

describe('a definition', () => {
  const description = 'D.';
  test.each([
    ['an info name without the suffix', info({ name: 'app.build', description }), 'x.name'],
    ['no states', stateSet({ name: 's', description, states: [] }), 'x.states'],
    ['a duplicate state', stateSet({ name: 's', description, states: ['on', 'on'] }), 'x.states'],
    ['an empty state', stateSet({ name: 's', description, states: [''] }), 'x.states'],
    [
      'an attribute with the key of the state',
      stateSet({ name: 's', description, states: ['on'], attributes: { s: text() } }),
      'x.attributes.s',
    ],
  ])('with %s is rejected', (_name, x, where) => {
    let problems: MetricsError['problems'] = [];
    try {
      defineCatalogue({ x });
    } catch (error) {
      ({ problems } = error as MetricsError);
    }
    expect(problems.map((problem) => problem.where)).toContain(where);
  });
});
