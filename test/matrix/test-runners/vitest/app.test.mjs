import { expect, test } from 'vitest';
import { recordAll, recordOrder } from '../program/record.mjs';
import { report } from '../program/report.cjs';
import { start } from '../program/start.mjs';

test('records and scrapes', async () => {
  recordOrder();
  const metrics = start();
  recordAll();
  const { recorded, scraped } = await report(metrics);
  expect(scraped).toEqual(recorded);
});
