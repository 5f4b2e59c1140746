/** Lists as label values are JSON, in which numbers that JSON lacks are texts. */
import { MeterProvider } from 'otelier/engine';
import { expect, test } from 'vitest';
import { prometheusText } from '../../../src/formats/prometheus/dialects.js';
import { namesOf } from '../../../src/formats/prometheus/exposition-names.js';
import { TextExposition } from '../../../src/formats/prometheus/text.js';
import { replay } from '../../../src/model/replay.js';
import { stockReader } from '../../support/stock.js';

test.each([
  ['numbers', [1, 2.5], '[1,2.5]'],
  [
    'NaN and the infinities',
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    '["NaN","Infinity","-Infinity"]',
  ],
  ['texts', ['a', 'b"'], '["a","b\\""]'],
  ['flags', [true, false], '[true,false]'],
])('%s', async (_title, list, expected) => {
  const { reader } = stockReader();
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('lists').createCounter('jobs').add(1, { list });
  const { resourceMetrics } = await reader.collect();
  const exposition = new TextExposition(prometheusText, {
    names: namesOf('UnderscoreEscapingWithSuffixes', 'underscores'),
    scopeLabels: false,
    targetInfo: false,
    resourceLabels: [],
    createdSamples: false,
    warn: () => {},
  } as never);
  replay(resourceMetrics as never, exposition);
  const text = exposition
    .families()
    .flatMap(({ chunks }) => chunks)
    .join('');
  const label = /list="((?:\\.|[^"\\])*)"/.exec(text)?.[1]?.replace(/\\(.)/g, '$1');
  expect(label).toBe(expected);
});
