/**
 * Encoders with cached data: after series are added, removed, reordered or reset, each response equals that of a new
 * encoder (OpenMetrics 1.0, "Statelessness").
 */
import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/model/replay.js';
import { allFormats, bytesOf, createExposition, type EncodingOptions } from './encoding.js';
import { collectionOf } from './metrics.js';
import { streamOf, type Walked, type WalkedStream, walk } from './walks.js';

const [one, two] = [{ name: 'one' }, { name: 'two', version: '1' }];

/** Returns streams of one family in two scopes, of every point type, and a stream that conflicts with another. */
const declarations = () =>
  [
    streamOf('counter', 'orders', one),
    streamOf('counter', 'orders', two),
    streamOf('gauge', 'load', one),
    streamOf('histogram', 'wait', one),
    streamOf('exponentialHistogram', 'wait', two),
    streamOf('gauge', 'wait.count', two),
    streamOf('gauge', 'load', two),
  ].map((stream): WalkedStream => ({ stream, series: [], shown: true }));

/** Attribute sets with distinct labels. */
const distinct: readonly Attributes[] = [
  {},
  { a: '1' },
  { a: '2' },
  { a: '1', b: 'x' },
  { b: 'x' },
  { a: true },
  { c: ';' },
];

/** Attribute sets, some with equal labels. */
const colliding: readonly Attributes[] = [
  { a: '1' },
  { a: 1 },
  { 'a.b': 'x' },
  { a_b: 'x' },
  { 'a-b': 'x' },
  { a: '2' },
];

interface Step {
  readonly title: string;
  act(walked: Walked): void;
}

/** Returns a step that failure messages show by its title. */
const named = (title: string, act: Step['act']) => ({ title, act, [fc.toStringMethod]: () => title });

const streamIndex = fc.nat({ max: declarations().length - 1 });
const streamAt = ({ streams }: Walked, index: number) => streams[index % streams.length] as WalkedStream;

/** Generates the changes that can occur between two scrapes. */
function steps(pool: readonly Attributes[]): fc.Arbitrary<Step> {
  const seriesIndex = fc.nat({ max: 20 });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(streamIndex, fc.nat({ max: pool.length - 1 }), seriesIndex).map(([at, which, where]) =>
        named(`add ${JSON.stringify(pool[which])} to ${at} at ${where}`, (walked) => {
          const { series } = streamAt(walked, at);
          const attributes = pool[which] as Attributes;
          // A stream has at most one series per attribute set.
          if (series.some((each) => JSON.stringify(each.attributes) === JSON.stringify(attributes))) return;
          const added = {
            attributes: Object.freeze({ ...attributes }),
            startUnixMs: 1_700_000_000_000 + where,
            value: where,
          };
          series.splice(where % (series.length + 1), 0, added);
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(streamIndex, seriesIndex).map(([at, where]) =>
        named(`remove series ${where} from ${at}`, (walked) => {
          const { series } = streamAt(walked, at);
          if (series.length > 0) series.splice(where % series.length, 1);
        }),
      ),
    },
    streamIndex.map((at) =>
      named(`remove all from ${at}`, (walked) => {
        streamAt(walked, at).series = [];
      }),
    ),
    streamIndex.map((at) => named(`reverse ${at}`, (walked) => void streamAt(walked, at).series.reverse())),
    fc.tuple(streamIndex, seriesIndex).map(([at, where]) =>
      named(`reset series ${where} of ${at}`, (walked) => {
        const { series } = streamAt(walked, at);
        const found = series[where % Math.max(1, series.length)];
        if (found === undefined) return;
        found.startUnixMs += 60_000;
        found.value = 1;
      }),
    ),
    fc.tuple(streamIndex, seriesIndex).map(([at, where]) =>
      named(`recreate series ${where} of ${at}`, (walked) => {
        const { series } = streamAt(walked, at);
        const index = where % Math.max(1, series.length);
        const found = series[index];
        if (found !== undefined) series[index] = { ...found, attributes: Object.freeze({ ...found.attributes }) };
      }),
    ),
    streamIndex.map((at) =>
      named(`hide or show ${at}`, (walked) => {
        const found = streamAt(walked, at);
        found.shown = !found.shown;
      }),
    ),
    streamIndex.map((at) =>
      named(`declare ${at} again`, (walked) => {
        const found = streamAt(walked, at);
        found.stream = { ...found.stream };
      }),
    ),
    streamIndex.map((at) =>
      named(`walk ${at} first`, (walked) => {
        const [found] = walked.streams.splice(at % walked.streams.length, 1);
        walked.streams.unshift(found as WalkedStream);
      }),
    ),
    fc.constantFrom('a', 'b').map((name) =>
      named(`set service.name to ${name}`, (walked) => {
        walked.resource = { 'service.name': name };
      }),
    ),
    {
      weight: 3,
      arbitrary: fc.nat({ max: 1e6 }).map((by) =>
        named(`record ${by}`, ({ streams }) => {
          for (const { series } of streams) for (const each of series) each.value += by;
        }),
      ),
    },
  );
}

/** Generates groups of steps, with a scrape after each group. */
const programs = (pool: readonly Attributes[]) =>
  fc.array(fc.array(steps(pool), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

/** Runs the steps, scrapes after each group, and compares each response with that of a new encoder. */
function compareAll(program: readonly (readonly Step[])[], options: EncodingOptions): void {
  const walked: Walked = { resource: { 'service.name': 'a' }, streams: declarations() };
  const kept = allFormats.map((format) => createExposition(format, options));
  const done: string[] = [];
  for (const group of program) {
    for (const { act } of group) act(walked);
    done.push(group.map(({ title }) => title).join(', '));
    for (const [index, format] of allFormats.entries()) {
      const exposition = kept[index] as (typeof kept)[number];
      walk(walked, exposition);
      const fresh = createExposition(format, options);
      walk(walked, fresh);
      const after = `${format} after: ${done.join('; ')}`;
      if (format === 'protobuf')
        expect(bytesOf(exposition).toString('latin1'), after).toBe(bytesOf(fresh).toString('latin1'));
      else expect(bytesOf(exposition).toString(), after).toBe(bytesOf(fresh).toString());
    }
  }
}

const optionSets: readonly EncodingOptions[] = [{}, { createdSamples: true, resourceLabels: ['service.name'] }];

describe.each(optionSets)('with %j', (options) => {
  test('an encoder with earlier scrapes encodes like a new one', () => {
    fc.assert(
      fc.property(programs(distinct), (program) => compareAll(program, options)),
      { numRuns: 200 },
    );
  });

  test('an encoder with colliding labels encodes like a new one', () => {
    const both = { ...options, scopeLabels: false };
    fc.assert(
      fc.property(programs(colliding), (program) => compareAll(program, both)),
      { numRuns: 200 },
    );
  });
});

describe.each(allFormats)('%s', (format) => {
  test('stock data, whose metrics are new objects each time, encodes equally at every scrape', () => {
    const collection = () =>
      collectionOf([
        {
          name: 'orders',
          kind: 'counter',
          points: [
            [{ a: '1' }, 1],
            [{ a: '2' }, 2],
          ],
        },
        { name: 'load', kind: 'gauge', points: [[{}, 1]] },
      ]);
    const exposition = createExposition(format);
    replay(collection(), exposition);
    const first = bytesOf(exposition).toString('latin1');
    for (let scrape = 0; scrape < 3; scrape++) {
      replay(collection(), exposition);
      expect(bytesOf(exposition).toString('latin1')).toBe(first);
    }
  });

  test('an aborted scrape does not affect later ones', () => {
    const walked: Walked = { resource: {}, streams: declarations() };
    for (const { series } of walked.streams) {
      for (const attributes of distinct) series.push({ attributes, startUnixMs: 1_000, value: 1 });
    }
    const exposition = createExposition(format);
    walk(walked, exposition);
    const first = bytesOf(exposition).toString('latin1');
    for (let calls = 1; calls < 60; calls += 7) {
      let left = calls;
      const failing = new Proxy(exposition, {
        get(target, name) {
          const found = Reflect.get(target, name, target);
          if (typeof found !== 'function') return found;
          return (...given: unknown[]) => {
            if (left-- === 0) throw new Error('given up');
            return found.apply(target, given);
          };
        },
      });
      expect(() => walk(walked, failing)).toThrow('given up');
      walk(walked, exposition);
      expect(bytesOf(exposition).toString('latin1')).toBe(first);
    }
  });

  test('a scrape does not change earlier responses', () => {
    const walked: Walked = { resource: {}, streams: declarations() };
    const [{ series }] = walked.streams as [WalkedStream];
    series.push({ attributes: {}, startUnixMs: 1_000, value: 1 });
    const exposition = createExposition(format);
    walk(walked, exposition);
    const response = bytesOf(exposition);
    const copy = Buffer.from(response);
    series[0] = { attributes: { a: 'other' }, startUnixMs: 2_000, value: 2 };
    walk(walked, exposition);
    expect(bytesOf(exposition).equals(copy)).toBe(false);
    expect(response.equals(copy)).toBe(true);
  });
});
