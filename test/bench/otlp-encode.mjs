/**
 * Measures the time from series to the bytes of an OTLP request.
 *
 *   node test/bench/otlp-encode.mjs [--json] [--quick] [--against DIST]
 *
 * `ours` is the engine's walk with its encoder, `stock` is `collect` of sdk-metrics with the serializer of its exporter,
 * on 10,000 counters with three attributes and 10,000 histograms with twelve boundaries. Each contender has a separate
 * process; the processes are asked in turn, round after round. A repetition is the mean of ten collections, each after
 * recording to every tenth series. The reported ratio is the median of the ratios of the rounds.
 *
 * `--against` compares the CPU time of this build with that of another `build/modules/` folder instead.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compareBuilds, comparisonLine, cpuTime, importBuilt } from './builds.mjs';
import { median } from './median.mjs';

const contenders = ['ours', 'stock'];
const shapes = ['counters', 'histograms'];
/** Minimum ratio of stock time to ours. */
const bars = { counters: 10, histograms: 6 };
const quick = process.argv.includes('--quick');
const comparison = quick ? { processes: 1, alternations: 2, warm: 1 } : { processes: 5, alternations: 6, warm: 6 };
const [series, processes, rounds, warmRounds] = quick ? [500, 1, 5, 1] : [10_000, 3, 7, 6];
const collections = 10;
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const against = process.argv.includes('--against') ? process.argv[process.argv.indexOf('--against') + 1] : undefined;

if (process.send !== undefined) await serve(process.argv[2], process.argv[3], process.argv[4]);
else if (against !== undefined) await compareWith(against);
else await compare();

async function compareWith(other) {
  const comparisons = [];
  for (const shape of shapes) {
    const startBuild = (modules) => {
      const { ask, stop } = start('ours', shape, modules);
      return { ask: async () => (await ask()).cpu, stop };
    };
    comparisons.push({ name: `OTLP, ${series} ${shape}`, ...(await compareBuilds(startBuild, other, comparison)) });
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify({ against: other, comparisons }));
  else for (const found of comparisons) console.log(comparisonLine(found.name, found));
}

async function compare() {
  const results = [];
  for (const shape of shapes) {
    const times = { ours: [], stock: [] };
    const bytes = {};
    for (let turn = 0; turn < processes; turn++) {
      const workers = contenders.map((contender) => start(contender, shape));
      try {
        for (const { ask } of workers) for (let round = 0; round < warmRounds; round++) await ask();
        for (let round = 0; round < rounds; round++) {
          for (const { ask, contender } of workers) {
            const answer = await ask();
            times[contender].push(answer.milliseconds);
            bytes[contender] = answer.bytes;
          }
        }
      } finally {
        for (const { stop } of workers) stop();
      }
    }
    if (bytes.ours !== bytes.stock) throw new Error(`${shape}: ${bytes.ours} bytes instead of ${bytes.stock}.`);
    const ratio = median(times.stock.map((stock, round) => stock / times.ours[round]));
    const [ours, stock] = contenders.map((contender) => median(times[contender]));
    results.push({ shape, series, bytes: bytes.ours, ours, stock, ratio, bar: bars[shape], met: ratio >= bars[shape] });
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.versions.node, results }, null, 2));
  else for (const result of results) console.log(lineOf(result));
  if (!quick && results.some(({ met }) => !met)) process.exitCode = 1;
}

function lineOf({ shape, bytes, ours, stock, ratio, bar }) {
  const [mine, theirs] = [ours, stock].map((milliseconds) => `${milliseconds.toFixed(2)} ms`);
  return `${series} ${shape}, ${bytes} bytes: ours ${mine}, stock ${theirs}: ${ratio.toFixed(1)} x (bar ${bar} x)`;
}

function start(contender, shape, modules = '') {
  const flags = quick ? ['--quick'] : [];
  const worker = fork(fileURLToPath(import.meta.url), [contender, shape, modules, ...flags]);
  let settle;
  worker.on('message', (answer) => settle.resolve(answer));
  worker.on('exit', (code) => settle?.reject(new Error(`${contender} at ${shape} ended with ${code}.`)));
  return {
    contender,
    ask: () =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        worker.send('repeat');
      }),
    stop: () => {
      settle = undefined;
      worker.kill();
    },
  };
}

/** Runs one contender: answers with the time per collection and the number of bytes. */
async function serve(contender, shape, modules) {
  const { record, encode } = await (contender === 'ours' ? ours : stock)(shape, modules || undefined);
  for (let index = 0; index < series; index++) record(index);
  process.on('message', async () => {
    let milliseconds = 0;
    let cpu = 0;
    let bytes;
    for (let time = 0; time < collections; time++) {
      for (let index = time; index < series; index += collections) record(index);
      const begin = performance.now();
      cpu += await cpuTime(async () => {
        bytes = await encode();
      });
      milliseconds += performance.now() - begin;
    }
    process.send({ milliseconds: milliseconds / collections, cpu: cpu / collections, bytes });
  });
}

async function ours(shape, modules) {
  const { MeterProvider } = await importBuilt('engine/index.js', modules);
  const { OtlpEncoder } = await importBuilt('formats/otlp/encoder.js', modules);
  const { AggregationTemporality, AggregationType } = await import('@opentelemetry/sdk-metrics');
  let producer;
  const reader = {
    setMetricProducer(given) {
      producer = given;
    },
    selectAggregation: () => ({ type: AggregationType.DEFAULT }),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    selectCardinalityLimit: () => 2 * series,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const record = recorder(new MeterProvider({ resource: await resource(), readers: [reader] }), shape);
  const encoder = new OtlpEncoder();
  const encode = async () => {
    const collected = await producer.begin();
    await collected.walk(encoder);
    const requests = encoder.requests();
    collected.accept();
    // The sender does the same after the response.
    encoder.recycle(requests);
    return requests.reduce((sum, { length }) => sum + length, 0);
  };
  return { record, encode };
}

async function stock(shape) {
  const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics');
  const { ProtobufMetricsSerializer } = await import('@opentelemetry/otlp-transformer');
  class OnDemandReader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const reader = new OnDemandReader({ cardinalitySelector: () => 2 * series });
  const record = recorder(new MeterProvider({ resource: await resource(), readers: [reader] }), shape);
  const encode = async () => {
    const { resourceMetrics } = await reader.collect();
    return ProtobufMetricsSerializer.serializeRequest(resourceMetrics).length;
  };
  return { record, encode };
}

async function resource() {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  return resourceFromAttributes({ 'service.name': 'bench', 'service.instance.id': 'one' });
}

/** Returns a function that records integers and fractions. */
function recorder(provider, shape) {
  const meter = provider.getMeter('bench', '1.0.0');
  const options = { unit: 's', description: 'Something that takes time.' };
  const attributes = Array.from({ length: series }, (_, index) => ({
    'http.request.method': ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'][index % 5],
    'http.response.status_code': String(200 + (Math.floor(index / 5) % 10)),
    'http.route': `/api/v1/resource/${Math.floor(index / 50)}`,
  }));
  const advice = { explicitBucketBoundaries: boundaries };
  if (shape === 'counters') {
    const counter = meter.createCounter('bench.seconds', options);
    return (index) => counter.add(1 + (index % 7) / 4, attributes[index]);
  }
  const histogram = meter.createHistogram('bench.duration', { ...options, advice });
  return (index) => histogram.record((index % 997) / 50, attributes[index]);
}
