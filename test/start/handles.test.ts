/** The first start of this process must be the one below: earlier measurements count only until then. */
import { counter, defineCatalogue, instrumentsOf, observableGauge, oneOf, startMetrics } from 'otelier';
import { expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

test('a catalogue has the same handles before, during and after metrics run', async () => {
  const early = defineCatalogue({
    hits: counter({ name: 'early.hits', unit: '1', description: 'Hits.', attributes: { kind: oneOf('a', 'b') } }),
    read: observableGauge({ name: 'early.read', unit: '1', description: 'Read.' }),
  });
  const before = instrumentsOf(early);
  const bound = before.hits.bind({ kind: 'b' });
  before.hits.add(100, { kind: 'a' });
  bound.add(100);
  before.read.addCallback((observation) => observation.observe(3));

  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, withoutSelfMetrics: true, readers: [reader], catalogues: { early } });
  expect(metrics.early).toBe(before);
  before.hits.add(1, { kind: 'a' });
  bound.add(2);
  expect((await collect()).map(({ name, attributes, value }) => [name, attributes, value])).toEqual([
    ['early.hits', { kind: 'a' }, 101],
    ['early.hits', { kind: 'b' }, 102],
    ['early.read', {}, 3],
  ]);
  await metrics.shutdown();
  bound.add(5);

  const again = stockReader();
  const restarted = startMetrics({
    environment: {},
    withoutSelfMetrics: true,
    readers: [again.reader],
    catalogues: { early },
  });
  bound.add(7);
  expect((await again.collect()).find(({ name }) => name === 'early.hits')?.value).toBe(7);
  await restarted.shutdown();
});
