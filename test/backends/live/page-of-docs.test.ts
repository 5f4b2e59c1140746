/** The examples of docs/live.md: its subscription is valid, and its error is what an invalid subscription gets. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMessage, readQuery } from '../../../src/backends/live/server/subscription.js';

const page = readFileSync(new URL('../../../docs/live.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const of = (type: string) => examples.find((text) => (JSON.parse(text) as { type: string }).type === type) as string;

test('the subscription is valid', () => {
  expect(readMessage(of('subscribe'))).toEqual({ subscription: JSON.parse(of('subscribe')) });
});

test('the error is that of an invalid interval', () => {
  const { message } = JSON.parse(of('error')) as { message: string };
  expect(readMessage('{"type":"subscribe","interval_ms":1500}')).toEqual({ defect: message });
});

test('the queries are valid', () => {
  const queries = [...page.matchAll(/metrics\/(?:events|summary)\?([^']+)'/g)].map(([, query = '']) => query);
  expect(queries).toHaveLength(2);
  for (const query of queries) expect(readQuery(new URLSearchParams(query))).toHaveProperty('subscription');
});

test('the table has the fields of a subscription', () => {
  const [, names = ''] =
    /known fields: (.*)/.exec((readMessage('{"type":"subscribe","x":1}') as { defect: string }).defect) ?? [];
  const rows = [...page.matchAll(/^\| `(\w+)` \| [^/]/gm)].map(([, name = '']) => name);
  expect(rows).toEqual(names.split(', '));
});
