/** Panels describe what they show, not only the metric that they have in common with others. */
import { expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';

/** Panels that may have the description of their metric. */
const most = 4;

test.each(Object.entries(shipped))('panels of %s have descriptions of their own', (_, { dashboard }) => {
  const titles = new Map<string, string[]>();
  for (const { description, title } of dashboard().rows.flatMap(({ panels }) => panels))
    titles.set(description, [...(titles.get(description) ?? []), title]);
  expect([...titles].filter(([, all]) => all.length > most)).toEqual([]);
});
