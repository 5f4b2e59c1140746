import { expect, test, vi } from 'vitest';
import { recordAll, recordOrder } from '../program/record.mjs';
import { report } from '../program/report.cjs';

test('records through another copy of the package', async () => {
  recordOrder();
  vi.resetModules();
  const { start } = await import('../program/start.mjs');
  const metrics = start();
  recordAll();
  const { recorded, scraped } = await report(metrics);
  expect(scraped).toEqual(recorded);
});
