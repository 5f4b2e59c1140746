/** Another file of the same run: Jest gives it other globals in the same process. */
const { recordAll, recordOrder } = require('../program/record.cjs');
const { report } = require('../program/report.cjs');

test('records through another copy of the package', async () => {
  recordOrder();
  jest.resetModules();
  const metrics = require('../program/start.cjs').start();
  recordAll();
  const { recorded, scraped } = await report(metrics);
  expect(scraped).toEqual(recorded);
});
