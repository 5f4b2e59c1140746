/** Attributes of exemplars: measurement attributes that declarations, views and limits removed from the series. */
import { type Attributes, ROOT_CONTEXT } from '@opentelemetry/api';
import { createDenyListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { SimpleFixedSizeExemplarReservoir } from '@opentelemetry/sdk-metrics/build/src/exemplar/SimpleFixedSizeExemplarReservoir.js';
import fc from 'fast-check';
import {
  counter,
  type Definitions,
  defineCatalogue,
  gauge,
  histogram,
  instrumentsOf,
  integer,
  oneOf,
  optional,
  text,
} from 'otelier';
import { MeterProvider } from 'otelier/engine';
import { parseExposition } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { OtlpEncoder } from '../../src/formats/otlp/encoder.js';
import { openMetricsText } from '../../src/formats/prometheus/dialects.js';
import { bodyOf } from '../../src/formats/prometheus/exposition-encoder.js';
import { namesOf } from '../../src/formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../src/formats/prometheus/protobuf.js';
import { TextExposition } from '../../src/formats/prometheus/text.js';
import type { AcknowledgedProducer } from '../../src/model/collected.js';
import type { Point, PointVisitor } from '../../src/model/points.js';
import { pointsOfRequest } from '../formats/otlp/message.js';
import { decodeFamilies } from '../formats/prometheus/protobuf-message.js';
import { OnDemandReader } from '../support/stock.js';

class WalkingReader extends OnDemandReader {
  producer: AcknowledgedProducer | undefined;
  override setMetricProducer(producer: AcknowledgedProducer) {
    super.setMetricProducer(producer);
    this.producer = producer;
  }
  async walk<V extends PointVisitor>(visitor: V): Promise<V> {
    const collected = await this.producer?.begin();
    await collected?.walk(visitor);
    collected?.accept();
    return visitor;
  }
}

function start(views: ViewOptions[] = []) {
  const reader = new WalkingReader();
  const provider = new MeterProvider({ readers: [reader], views, exemplarFilter: 'always_on' });
  /** Collects the filtered attributes of all exemplars. */
  const filtered = async () => {
    const found: Attributes[] = [];
    const keep = ({ exemplars }: Point) => void found.push(...exemplars.map((each) => each.filteredAttributes));
    await reader.walk({ metric() {}, number: keep, histogram: keep, exponentialHistogram: keep });
    return found;
  };
  return { reader, meter: provider.getMeter('test'), filtered };
}

const definitions = {
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: {
      channel: oneOf('web', 'app'),
      user: optional(text({ limit: 2 })),
      size: optional(integer({ limit: 1 })),
    },
  }),
  wait: histogram({
    name: 'shop.wait',
    unit: 's',
    description: 'Wait.',
    buckets: [1],
    attributes: { lane: oneOf('a') },
  }),
  level: gauge({ name: 'shop.level', unit: '{item}', description: 'Level.', attributes: { lane: oneOf('a') } }),
} satisfies Definitions;

const loose = (attributes: Attributes) => attributes as never;

describe('declared attributes', () => {
  const shop = defineCatalogue(definitions);

  test('undeclared keys are kept, declared keys are not repeated', async () => {
    const { meter, filtered } = start();
    const { orders, wait, level } = instrumentsOf(shop, meter);
    orders.add(1, loose({ channel: 'web', user: 5, session: 's1', list: ['x', 'y'] }));
    wait.record(0.5, loose({ lane: 'a', session: 's2' }));
    level.set(1, loose({ lane: 'a', missing: undefined }));
    expect(await filtered()).toEqual([{ session: 's1', list: ['x', 'y'] }, { session: 's2' }, {}]);
  });

  test('the original value is kept if the series has _OTHER', async () => {
    const { meter, filtered } = start();
    const { orders } = instrumentsOf(shop, meter);
    orders.add(1, loose({ channel: 'fax', user: 'ann' }));
    orders.add(1, { channel: 'web', user: 'bob' });
    orders.add(1, { channel: 'web', user: 'cat', size: 1 });
    orders.add(1, { channel: 'web', user: 'dan', size: 2 });
    expect(await filtered()).toEqual([{ channel: 'fax' }, {}, { user: 'cat' }, { user: 'dan', size: 2 }]);
  });

  test('bound handles keep the attributes that they were bound with', async () => {
    const { meter, filtered } = start();
    const { orders } = instrumentsOf(shop, meter);
    const given = { channel: 'fax', session: 's1' };
    const bound = orders.bind(loose(given));
    given.session = 's2';
    bound.add(1);
    expect(await filtered()).toEqual([{ channel: 'fax', session: 's1' }]);
  });
});

describe('views and limits', () => {
  test('keys that a view removes are kept', async () => {
    const views = [{ instrumentName: 'c', attributesProcessors: [createDenyListAttributesProcessor(['user'])] }];
    const { meter, filtered } = start(views);
    meter.createCounter('c').add(1, { route: '/', user: 'u1' });
    expect(await filtered()).toEqual([{ user: 'u1' }]);
  });

  test('the overflow series keeps all attributes', async () => {
    const { meter, filtered } = start([{ instrumentName: 'c', aggregationCardinalityLimit: 2 }]);
    const requests = meter.createCounter('c');
    for (const id of [1, 2]) requests.add(1, { id });
    expect(await filtered()).toContainEqual({ id: 2 });
  });

  test('texts are truncated, and bounded in total', async () => {
    const views = [{ instrumentName: 'c', attributesProcessors: [createDenyListAttributesProcessor(['a', 'b', 'c'])] }];
    const { meter, filtered } = start(views);
    meter.createCounter('c').add(1, { a: 'x'.repeat(10_000), b: 'y', c: 7 });
    expect(await filtered()).toEqual([{ a: 'x'.repeat(4_096), c: 7 }]);
  });

  test.each<[title: string, attributes: Attributes]>([
    ['NaN', { ratio: Number.NaN }],
    ['infinities', { high: Number.POSITIVE_INFINITY, low: Number.NEGATIVE_INFINITY }],
    ['zeros of both signs', { zero: 0, negative: -0 }],
    ['lists with NaN', { list: [1, Number.NaN, Number.POSITIVE_INFINITY] }],
    ['false and an empty text', { hit: false, text: '' }],
  ])('%s that the series has are not repeated', async (_, attributes) => {
    const { meter, filtered } = start();
    meter.createCounter('c').add(1, attributes);
    expect(await filtered()).toEqual([{}]);
  });

  test('a value that was truncated, or converted to text, is not repeated', async () => {
    const { meter, filtered } = start();
    meter.createCounter('c').add(1, { a: 'x'.repeat(10_000), list: ['a', 'b'] });
    expect(await filtered()).toEqual([{}]);
  });

  test('an object that throws at the second read adds no attributes', async () => {
    const { meter, filtered } = start();
    let reads = 0;
    const once = {
      get a() {
        if (reads++ > 0) throw new Error('no');
        return 'x';
      },
    };
    expect(() => meter.createCounter('c').add(1, once)).not.toThrow();
    expect(await filtered()).toEqual([{}]);
  });
});

test('attributes are read only when an exemplar is sampled', async () => {
  const { meter, filtered } = start();
  const { orders } = instrumentsOf(defineCatalogue(definitions), meter);
  const requests = orders.bind({ channel: 'web' });
  requests.add(1);
  let reads = 0;
  Object.assign(requests, {
    attributes: {
      get channel() {
        reads++;
        return 'web';
      },
    },
  });
  for (let record = 0; record < 100; record++) requests.add(1);
  expect(reads).toBe(0);
  await filtered();
  requests.add(1);
  expect(reads).toBe(1);
});

describe('every format includes them', () => {
  const record = () => {
    const { reader, meter } = start();
    instrumentsOf(defineCatalogue(definitions), meter).orders.add(1, loose({ channel: 'fax', session: 's1' }));
    return reader;
  };
  const options = {
    names: namesOf('UnderscoreEscapingWithSuffixes', 'underscores'),
    scopeLabels: false,
    targetInfo: false,
    resourceLabels: [],
    createdSamples: false,
    warn: () => undefined,
  };

  test('OTLP', async () => {
    const encoder = await record().walk(new OtlpEncoder());
    const [point] = pointsOfRequest(encoder.requests()[0] as Uint8Array);
    expect(point).toMatchObject({
      exemplars: [
        {
          filtered_attributes: [
            { key: 'channel', value: { string_value: 'fax' } },
            { key: 'session', value: { string_value: 's1' } },
          ],
        },
      ],
    });
  });

  test('OpenMetrics', async () => {
    const exposition = await record().walk(new TextExposition(openMetricsText, options));
    const families = parseExposition(Buffer.concat(bodyOf(exposition).all).toString(), 'openmetrics');
    const [sample] = families.flatMap(({ samples }) => samples);
    expect(Object.fromEntries(sample?.labels ?? [])).toEqual({ channel: '_OTHER' });
    expect(Object.fromEntries(sample?.exemplar?.labels ?? [])).toEqual({ channel: 'fax', session: 's1' });
  });

  test('OpenMetrics, at most 128 characters', async () => {
    const { reader, meter } = start([
      { instrumentName: 'c', attributesProcessors: [createDenyListAttributesProcessor(['long', 'short'])] },
    ]);
    meter.createCounter('c').add(1, { long: 'x'.repeat(125), short: 'y' });
    const exposition = await reader.walk(new TextExposition(openMetricsText, options));
    const families = parseExposition(Buffer.concat(bodyOf(exposition).all).toString(), 'openmetrics');
    const [sample] = families.flatMap(({ samples }) => samples);
    expect(Object.fromEntries(sample?.exemplar?.labels ?? [])).toEqual({ short: 'y' });
  });

  test('protobuf', async () => {
    const exposition = await record().walk(new ProtobufExposition(options));
    const [family] = decodeFamilies(Buffer.concat(bodyOf(exposition).all));
    expect(family?.metric[0]?.counter?.exemplar?.label.map(({ name, value }) => [name, value])).toEqual([
      ['channel', 'fax'],
      ['session', 's1'],
    ]);
  });
});

test('exemplars equal those of the sdk-metrics reservoir', async () => {
  const keys = ['a', 'b', 'c', 'd'];
  const value = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean());
  const attributes = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(attributes, fc.subarray(keys), async (given, removed) => {
      const attributesProcessors = [createDenyListAttributesProcessor(removed)];
      const { reader, meter } = start([{ instrumentName: 'c', attributesProcessors }]);
      meter.createCounter('c').add(3, given);
      const both: [Attributes, Attributes][] = [];
      await reader.walk({
        metric() {},
        number({ attributes: kept, exemplars }) {
          const reservoir = new SimpleFixedSizeExemplarReservoir(1);
          reservoir.offer(3, [0, 0], { ...given }, ROOT_CONTEXT);
          const [stock] = reservoir.collect(kept);
          both.push([exemplars[0]?.filteredAttributes ?? {}, stock?.filteredAttributes ?? {}]);
        },
        histogram() {},
        exponentialHistogram() {},
      });
      expect(both).toHaveLength(1);
      for (const [ours, stock] of both) expect(ours).toEqual(stock);
    }),
    { numRuns: 200 },
  );
});
