/** Colors of series on the live page. */
import { expect, test } from 'vitest';
import { Palette } from '../../src/page/palette.js';

const providers = ['openai', 'anthropic', 'mistral', 'google', 'azure', 'bedrock', 'cohere', 'groq'];

/** Returns the colors of texts after charts were added in steps. */
function colorsOf(texts: readonly string[], ...steps: readonly (readonly (readonly string[])[])[]) {
  const palette = new Palette();
  for (const charts of steps) palette.add(charts);
  return texts.map((text) => palette.of(text));
}

test.each<[name: string, charts: readonly (readonly string[])[]]>([
  ['other order', [[...providers].reverse()]],
  ['other charts before', [['mistral', 'groq'], ['azure'], providers]],
  ['a chart of other texts', [Array.from({ length: 30 }, (_, index) => `model ${index}`), providers]],
  ['texts twice', [[...providers, ...providers]]],
])('colors of a chart of 8 texts differ, and are the same with %s', (_, charts) => {
  const colors = colorsOf(providers, charts);
  expect([...new Set(colors)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(colors).toEqual(colorsOf(providers, [providers]));
});

test.each<[name: string, step: readonly (readonly string[])[]]>([
  ['a new text of the same chart', [[...providers.slice(0, 4), 'aaa']]],
  ['a chart with fewer', [['mistral'], ['openai', 'aaa', 'bbb']]],
  ['more texts than colors', [[...providers, 'aaa', 'bbb']]],
])('a text keeps its color after %s', (_, step) => {
  const first = providers.slice(0, 4);
  const before = colorsOf(first, [first]);
  expect(colorsOf(first, [first], step)).toEqual(before);
  expect(colorsOf(step.flat(), [first], step)).not.toContain(undefined);
});

test('a text that joins a chart takes a free color', () => {
  const texts = [...providers.slice(0, 5), 'aaa', 'bbb', 'ccc'];
  expect(new Set(colorsOf(texts, [providers.slice(0, 5)], [texts])).size).toBe(8);
});

test('a line without a name has the first color', () => {
  expect(colorsOf([''], [providers, ['']])).toEqual([0]);
});
