/** Tests that the metrics of the latest conventions are those of the release that docs/packs/genai.md names. */
import { readFileSync } from 'node:fs';
import { genai } from 'otelier/packs/genai';
import { expect, test } from 'vitest';

interface ReleasedMetric {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly attributes?: readonly string[];
  readonly boundaries?: readonly number[];
}

const root = new URL('../../', import.meta.url);
const { release, metrics: released } = JSON.parse(
  readFileSync(new URL('test/fixtures/conventions/gen-ai-v0.1.0.json', root), 'utf8'),
) as { readonly release: string; readonly metrics: readonly ReleasedMetric[] };
const page = readFileSync(new URL('docs/packs/genai.md', root), 'utf8');

/** Names of metrics that the page marks as defined by the pack, not by the conventions. */
const ours = [...page.matchAll(/^\| `(gen_ai[\w.]+)` \|(?:[^|]*\|){2} ours \|/gm)].map(([, name]) => name);
const declared = new Map(genai({ conventions: 'latest' }).catalogue.metrics.map((metric) => [metric.name, metric]));

test('the page names the release', () => {
  expect(page).toContain(`${release} of the [separate repository]`);
});

test('the latest conventions define each metric that is not ours, and no other', () => {
  const names = [...declared.keys()].filter((name) => !ours.includes(name));
  expect(names.sort()).toEqual(released.map(({ name }) => name).sort());
});

test.each(released.map((metric) => [metric.name, metric] as const))('%s is declared as released', (name, metric) => {
  const found = declared.get(name);
  expect({ type: found?.kind, unit: found?.unit }).toEqual({ type: metric.type, unit: metric.unit });
  if (metric.attributes === undefined) return;
  // The mark of estimates is ours.
  const attributes = Object.keys(found?.attributes ?? {}).filter((key) => key !== 'estimated');
  expect(attributes.sort()).toEqual(metric.attributes);
  const boundaries = found?.buckets?.map((boundary) => Number(boundary.toPrecision(12)));
  expect(boundaries).toEqual(metric.boundaries);
});
