const { recordAll, recordOrder } = require('../program/record.cjs');
const { report } = require('../program/report.cjs');
const { start } = require('../program/start.cjs');

test('records and scrapes', async () => {
  recordOrder();
  const metrics = start();
  recordAll();
  const { recorded, scraped } = await report(metrics);
  expect(scraped).toEqual(recorded);
});
