/** Tests that docs/packs/genai.md matches the pack: metrics, options, outcomes and program. */
import { readFileSync } from 'node:fs';
import { type Conventions, genai } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const page = readFileSync(new URL('../../docs/packs/genai.md', import.meta.url), 'utf8');

/** The attributes that the page abbreviates as `of the operation`. */
const ofOperation = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'server.address',
  'server.port',
];

const metricsOf = (conventions: Conventions) => genai({ conventions }).catalogue.metrics;

test('the page lists every metric as declared', () => {
  const rows = [...page.matchAll(/^\| `(gen_ai[\w.]+)` \| (\w+) \| `(.*?)` \| (\w+) \| (.*?) ?\|$/gm)].map(
    ([, name, type, unit, conventions, attributes]) => ({ name, type, unit, conventions, attributes }),
  );
  const [legacy, latest] = [metricsOf('legacy'), metricsOf('latest')].map(
    (metrics) => new Set(metrics.map(({ name }) => name)),
  );
  const declared = metricsOf('both').map(({ name, kind, unit, attributes }) => {
    const keys = Object.keys(attributes);
    const isOfOperation = ofOperation.every((key) => keys.includes(key));
    const own = keys.filter((key) => !(isOfOperation && ofOperation.includes(key)));
    const described = own.map((key) => {
      const { values } = attributes[key] ?? {};
      return `\`${key}\`${values === undefined ? '' : `: ${values.join(', ')}`}`;
    });
    const row = rows.find((each) => each.name === name);
    const generation = legacy?.has(name) ? (latest?.has(name) ? 'all' : 'legacy') : 'latest';
    return {
      name,
      type: kind.replace('observableUpDownCounter', 'gauge'),
      unit,
      // Only the page distinguishes `ours` from `all`.
      conventions: generation === 'all' && row?.conventions === 'ours' ? 'ours' : generation,
      attributes: [...(isOfOperation ? ['of the operation'] : []), ...described].join('; '),
    };
  });
  expect(rows).toEqual(declared);
});

test('the page lists every option, outcome and reason', () => {
  const options = /^\| option \|[\s\S]*?\n\n/m.exec(page)?.[0] ?? '';
  const message = (() => {
    try {
      genai({ none: 1 } as never);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  })();
  const known = /a known option: (.*)/.exec(message)?.[1]?.split(', ') ?? [];
  expect([...options.matchAll(/`([a-z]\w+)`(?=[^|]*\| [^|]*\|)/g)].map(([, name]) => name)).toEqual(
    expect.arrayContaining(known),
  );
  const { streams, costUnknown } = genai().catalogue.definitions;
  const table = /^\| outcome \|[\s\S]*?\n\n/m.exec(page)?.[0] ?? '';
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(streams.attributes.outcome.values);
  for (const reason of costUnknown.attributes.reason.values ?? []) expect(page).toContain(`\`${reason}\``);
});

test('the program of the page runs and records its costs', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const report = `
    const { rejected } = metrics.status();
    console.log(Object.values(rejected).reduce((sum, count) => sum + count, 0));
    await metrics.shutdown();`;
  const { code, stdout, stderr } = await startApp(`${source}${report}`, { OTEL_METRICS_EXPORTER: 'console' }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Hello world\n0\n/);
  // 400 of the input at 2.5, 500 from the cache at 1.25, 300 of the output at 10; the stream's 12 and 3.
  // The table shows three digits and sorts by attributes.
  const rows = /^gen_ai\.client\.cost_usd .*\n((?: {2}.*\n)+)/m.exec(stdout)?.[1] ?? '';
  const costs = [...rows.matchAll(/ ([\d.]+)$/gm)].map(([, usd]) => Number(usd));
  expect(costs.toSorted()).toEqual([0.00006, 0.00462]);
});
