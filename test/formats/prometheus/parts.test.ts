/** Text responses of several parts: characters of any width arrive whole, and memory is reused after its release only. */
import { expect, test } from 'vitest';
import { bodyOf } from '../../../src/formats/prometheus/exposition-encoder.js';
import { replay } from '../../../src/model/replay.js';
import { createExposition, encodeText } from './encoding.js';
import { collectionOf } from './metrics.js';

const options = { scopeLabels: false, targetInfo: false };

/** Returns a gauge with 250 series, whose lines have about 350 characters, and its text. */
function gaugeOf(name: string, end: string) {
  const values = Array.from({ length: 250 }, (_, index) => [`${'x'.repeat(330)}${index}${end}`, index] as const);
  const collection = collectionOf([{ name, kind: 'gauge', points: values.map(([key, value]) => [{ key }, value]) }]);
  const lines = values.map(([key, value]) => `${name}{key="${key}"} ${value}\n`);
  return { collection, text: `# TYPE ${name} gauge\n${lines.join('')}` };
}

// A part has about 95 of these lines, and room for about 1,000 bytes more than it has characters.
test.each(['x', 'é', '漢', '😀'])('lines that end in any number of %s are complete', (character) => {
  for (let count = 0; count <= 16; count++) {
    const { collection, text } = gaugeOf('m', character.repeat(count));
    expect(encodeText('text', collection, options) === text, `${count} characters`).toBe(true);
  }
});

test.each(['text', 'openmetrics', 'protobuf'] as const)('%s: a body is unchanged until its release', (format) => {
  const exposition = createExposition(format, options);
  const scrape = (name: string) => {
    replay(gaugeOf(name, 'é').collection, exposition);
    const parts = bodyOf(exposition).all;
    const [release, before] = [exposition.hold?.() ?? (() => {}), Buffer.concat(parts)];
    return { release, isUnchanged: () => Buffer.concat(parts).equals(before) };
  };
  const one = scrape('one');
  const two = scrape('two');
  expect(one.isUnchanged()).toBe(true);
  one.release();
  const three = scrape('three');
  expect([two.isUnchanged(), three.isUnchanged()]).toEqual([true, true]);
  two.release();
  three.release();
  const four = scrape('four');
  scrape('five');
  expect(four.isUnchanged()).toBe(true);
});
