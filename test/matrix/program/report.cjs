/** Prints what the program recorded (four orders, two check-outs, three requests and four jobs) and what it scrapes. */
const recordedByAll = {
  shop_orders_total: 4,
  shop_checkout_duration_seconds_count: 2,
  gateway_requests_total: 3,
  jobs_total: 4,
};

exports.report = async function report(metrics, recorded = recordedByAll) {
  await metrics.ready;
  const { url, pageUrl } = metrics.status().backends[0];
  const response = await fetch(url);
  const lines = (await response.text()).split('\n');
  await askPage(pageUrl);
  await metrics.shutdown();
  const scraped = Object.fromEntries(Object.keys(recorded).map((name) => [name, sumOf(name, lines)]));
  console.log(JSON.stringify({ recorded, scraped }));
  return { recorded, scraped };
};

/** Asks for the live page, whose code is loaded by the first request. It is off in production. */
async function askPage(pageUrl) {
  // The page is an ES module. Jest does not import it from CommonJS, nor does Yarn's Plug'n'Play without its loader.
  const isPlain = process.versions.pnp !== undefined && !process.execArgv.some((option) => option.includes('loader'));
  if (pageUrl === undefined || process.env.JEST_WORKER_ID !== undefined || isPlain) return;
  const page = await fetch(pageUrl);
  if (page.status !== 200) throw new Error(`the live page: ${page.status}: ${await page.text()}`);
}

/** Adds the values of all series of a metric; `metric{label="value"}` selects the series with a label. */
function sumOf(name, lines) {
  const [, metric, label = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(name);
  const samples = lines.filter(
    (line) => /^[ {]/.test(line.slice(metric.length)) && line.startsWith(metric) && line.includes(label),
  );
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
