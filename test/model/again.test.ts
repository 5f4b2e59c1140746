/** Every source of a collection visits it again if the visitor asks for it. */
import { counter, defineCatalogue } from 'otelier';
import { expect, test } from 'vitest';
import { Shedding } from '../../src/delivery/shedding/shedding.js';
import { createHandles } from '../../src/engine/handles.js';
import type { PointVisitor } from '../../src/model/points.js';
import { replay } from '../../src/model/replay.js';
import { PlainReader, startEngine } from '../engine/provider.js';

const options = { unit: '{job}', description: 'Jobs.' };
const catalogue = defineCatalogue({
  jobs: counter({ name: 'jobs', ...options }),
  extras: counter({ name: 'extras', ...options, priority: 'low' }),
});

/** Records the calls of walks, and asks for `repeats` further walks. */
function visitorOf(repeats: number) {
  const calls: string[] = [];
  const visitor: PointVisitor = {
    begin: () => void calls.push('begin'),
    metric: ({ name }) => void calls.push(name),
    number: ({ value }) => void calls.push(`${value}`),
    histogram() {},
    exponentialHistogram() {},
    end: () => void calls.push('end'),
    again: () => calls.filter((call) => call === 'end').length <= repeats,
  };
  return { calls, visitor };
}

const once = ['begin', 'jobs', '3', 'end'];

function begin() {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  meter.createCounter('jobs').add(3);
  return reader.begin();
}

test('the engine', async () => {
  const { calls, visitor } = visitorOf(2);
  const collected = await begin();
  await collected.walk(visitor);
  collected.accept();
  expect(calls).toEqual([...once, ...once, ...once]);
});

test('a replay', async () => {
  const { calls, visitor } = visitorOf(1);
  replay(await (await begin()).resourceMetrics(), visitor);
  expect(calls).toEqual([...once, ...once]);
});

test('a collection with load shedding', async () => {
  const shedding = new Shedding(1_000, { shed() {}, trackShed() {} });
  for (let step = 0; step < 3; step++) shedding.delivered(1_000);
  const { calls, visitor } = visitorOf(1);
  const reader = new PlainReader();
  const { provider } = startEngine({ readers: [reader] });
  const { jobs, extras } = createHandles(catalogue, provider.getMeter('otelier'));
  jobs.add(3);
  extras.add(1);
  await shedding.over(await reader.begin()).walk(visitor);
  expect(calls).toEqual([...once, ...once]);
  expect(shedding.status()).toEqual({
    exemplars: 0,
    attributes: 0,
    metrics: 1,
    now: ['exemplars', 'attributes', 'metrics'],
  });
});
