/** Sums and gauges with both temporalities, step by step on a fake clock. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { test } from 'vitest';
import { PlainReader } from './provider.js';
import { add, change, delta, runSteps, set, type Table } from './stepping.js';

const tables: readonly Table[] = [
  {
    name: 'a cumulative counter counts from its first recording',
    steps: [
      { advance: 5 },
      add(2),
      { advance: 5 },
      { collect: [[2, 5, 10]] },
      { advance: 5 },
      { collect: [[2, 5, 15]] },
      add(3),
      { advance: 5 },
      { collect: [[5, 5, 20]] },
    ],
  },
  {
    name: 'a delta counter counts from the last accepted collection',
    readers: delta,
    steps: [
      { advance: 5 },
      add(2),
      { advance: 5 },
      { collect: [[2, 5, 10]] },
      add(3),
      { advance: 5 },
      { collect: [[3, 10, 15]] },
      { advance: 5 },
      { collect: [] },
      add(1),
      { advance: 5 },
      { collect: [[1, 20, 25]] },
    ],
  },
  {
    name: 'a rejected delta is part of the next collection',
    readers: delta,
    steps: [
      add(2),
      { advance: 5 },
      { collect: [[2, 0, 5]], answer: 'reject' },
      add(3),
      { advance: 5 },
      { collect: [[5, 0, 10]], answer: 'reject' },
      { advance: 5 },
      { collect: [[5, 0, 15]] },
      { advance: 5 },
      { collect: [] },
    ],
  },
  {
    name: 'a rejection keeps the start of the last accepted collection',
    readers: delta,
    steps: [
      add(1),
      { advance: 5 },
      { collect: [[1, 0, 5]] },
      add(2),
      { advance: 5 },
      { collect: [[2, 5, 10]], answer: 'reject' },
      add(4),
      { advance: 5 },
      { collect: [[6, 5, 15]] },
    ],
  },
  {
    name: 'a delta up-down counter can be negative',
    readers: delta,
    steps: [
      change(5),
      { advance: 5 },
      { collect: [[5, 0, 5]] },
      change(-7),
      { advance: 5 },
      { collect: [[-7, 5, 10]], answer: 'reject' },
      change(1),
      { advance: 5 },
      { collect: [[-6, 5, 15]] },
    ],
  },
  {
    name: 'a cumulative up-down counter is the sum of its recordings',
    steps: [change(5), { collect: [[5, 0, 0]] }, change(-7), { advance: 5 }, { collect: [[-2, 0, 5]] }],
  },
  {
    name: 'a cumulative gauge keeps its last value',
    steps: [
      set(4),
      { advance: 5 },
      { collect: [[4, 0, 5]] },
      { advance: 5 },
      { collect: [[4, 0, 10]] },
      set(-1.5),
      { collect: [[-1.5, 0, 10]] },
    ],
  },
  {
    name: 'a delta gauge is exported after it was set, and again after a rejection',
    readers: delta,
    steps: [
      set(4),
      { advance: 5 },
      { collect: [[4, 0, 5]] },
      { advance: 5 },
      { collect: [] },
      set(4),
      { advance: 5 },
      { collect: [[4, 10, 15]], answer: 'reject' },
      { advance: 5 },
      { collect: [[4, 10, 20]] },
      { collect: [] },
    ],
  },
  {
    name: 'a counter with last-value aggregation',
    aggregation: AggregationType.LAST_VALUE,
    steps: [add(2), add(7), { advance: 5 }, { collect: [[7, 0, 5]] }],
  },
  {
    name: 'no point ends before it starts if the clock is set back',
    readers: () => [new PlainReader('delta'), new PlainReader('cumulative')],
    steps: [
      { advance: 1_000 },
      add(1),
      { collect: [[1, 1_000, 1_000]] },
      add(2),
      { advance: -600 },
      { collect: [[2, 1_000, 1_000]] },
      { collect: [[3, 1_000, 1_000]], reader: 1 },
      add(4),
      { advance: 700 },
      { collect: [[4, 1_000, 1_100]] },
    ],
  },
];

test.each(tables.map((table) => [table.name, table] as const))('%s', (_name, table) => runSteps(table));
