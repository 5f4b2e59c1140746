/** Histograms with both temporalities, step by step; minimum and maximum of each interval. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { test } from 'vitest';
import { PlainReader } from './provider.js';
import { delta, explicit, exponential, runSteps, type Table, take } from './stepping.js';

const tables: readonly Table[] = [
  {
    name: 'a cumulative histogram keeps all of its values',
    steps: [
      take(10, 10.5),
      { advance: 5 },
      { collect: [[explicit([1, 1, 0], 20.5, 10, 10.5), 0, 5]] },
      take(30),
      { advance: 5 },
      { collect: [[explicit([1, 1, 1], 50.5, 10, 30), 0, 10]] },
    ],
  },
  {
    name: 'a delta histogram has the smallest and largest value of its interval',
    readers: delta,
    steps: [
      take(5, 50),
      { advance: 5 },
      { collect: [[explicit([1, 0, 1], 55, 5, 50), 0, 5]] },
      take(15),
      { advance: 5 },
      { collect: [[explicit([0, 1, 0], 15, 15, 15), 5, 10]] },
      { collect: [] },
    ],
  },
  {
    name: 'a rejected delta histogram is merged, including its minimum and maximum',
    readers: delta,
    steps: [
      take(5),
      { collect: [[explicit([1, 0, 0], 5, 5, 5), 0, 0]] },
      take(50),
      { advance: 5 },
      { collect: [[explicit([0, 0, 1], 50, 50, 50), 0, 5]], answer: 'reject' },
      take(15),
      { advance: 5 },
      { collect: [[explicit([0, 1, 1], 65, 15, 50), 0, 10]] },
      take(12),
      { advance: 5 },
      { collect: [[explicit([0, 1, 0], 12, 12, 12), 10, 15]] },
    ],
  },
  {
    name: 'a rejected delta histogram keeps minimum and maximum without new recordings',
    readers: delta,
    steps: [
      take(50),
      { collect: [[explicit([0, 0, 1], 50, 50, 50), 0, 0]], answer: 'reject' },
      { advance: 5 },
      { collect: [[explicit([0, 0, 1], 50, 50, 50), 0, 5]] },
    ],
  },
  {
    name: 'an exponential histogram, cumulative',
    aggregation: AggregationType.EXPONENTIAL_HISTOGRAM,
    steps: [
      take(0, 4),
      { advance: 5 },
      { collect: [[exponential(2, 4, 1, 0, 4), 0, 5]] },
      take(16),
      { advance: 5 },
      { collect: [[exponential(3, 20, 1, 0, 16), 0, 10]] },
    ],
  },
  {
    name: 'an exponential histogram, delta, with a rejection',
    readers: delta,
    aggregation: AggregationType.EXPONENTIAL_HISTOGRAM,
    steps: [
      take(0, 4),
      { advance: 5 },
      { collect: [[exponential(2, 4, 1, 0, 4), 0, 5]] },
      take(16),
      { advance: 5 },
      { collect: [[exponential(1, 16, 0, 16, 16), 5, 10]], answer: 'reject' },
      take(0.5),
      { advance: 5 },
      { collect: [[exponential(2, 16.5, 0, 0.5, 16), 5, 15]] },
      { collect: [] },
    ],
  },
  {
    name: 'a histogram with sum aggregation, delta',
    readers: delta,
    aggregation: AggregationType.SUM,
    steps: [take(2, 5), { advance: 5 }, { collect: [[7, 0, 5]] }, take(1), { advance: 5 }, { collect: [[1, 5, 10]] }],
  },
  {
    name: 'two delta readers are independent',
    readers: () => [new PlainReader('delta'), new PlainReader('delta')],
    steps: [
      take(5),
      { advance: 5 },
      { collect: [[explicit([1, 0, 0], 5, 5, 5), 0, 5]] },
      take(30),
      { advance: 5 },
      { collect: [[explicit([1, 0, 1], 35, 5, 30), 0, 10]], reader: 1, answer: 'reject' },
      { advance: 5 },
      { collect: [[explicit([0, 0, 1], 30, 30, 30), 5, 15]] },
      take(12),
      { advance: 5 },
      { collect: [[explicit([1, 1, 1], 47, 5, 30), 0, 20]], reader: 1 },
      { collect: [[explicit([0, 1, 0], 12, 12, 12), 15, 20]] },
      { collect: [], reader: 1 },
    ],
  },
  {
    name: 'a cumulative reader does not affect the minimum and maximum of a delta reader',
    readers: () => [new PlainReader('delta'), new PlainReader('cumulative')],
    steps: [
      take(5, 40),
      { advance: 5 },
      { collect: [[explicit([1, 0, 1], 45, 5, 40), 0, 5]] },
      { collect: [[explicit([1, 0, 1], 45, 5, 40), 0, 5]], reader: 1 },
      take(12),
      { advance: 5 },
      { collect: [[explicit([1, 1, 1], 57, 5, 40), 0, 10]], reader: 1 },
      take(15),
      { advance: 5 },
      { collect: [[explicit([0, 2, 0], 27, 12, 15), 5, 15]] },
      { collect: [[explicit([1, 2, 1], 72, 5, 40), 0, 15]], reader: 1 },
    ],
  },
];

test.each(tables.map((table) => [table.name, table] as const))('%s', (_name, table) => runSteps(table));
