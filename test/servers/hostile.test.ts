/** Strict parsers accept hostile names, keys, values and numbers, and no value is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { realServer } from './available.js';
import { accepts, type Endpoint, startEndpoint } from './endpoint.js';
import { recordEveryKind, samplesOfEveryKind, typesOfEveryKind, viewsOfEveryKind } from './every-kind.js';
import { alikeValues, emptyValues, hostileDescription, recordHostile, samplesOfHostile } from './hostile-registry.js';
import { hostileResource, hostileResourceLabels } from './hostile-texts.js';
import { checkMetrics } from './promtool.js';
import { numbersOf, type ReadSample, samplesOf } from './samples.js';
import { type RunningParser, strictParsers } from './strict-parsers.js';

const promtool = realServer('PROMTOOL');

/** Style complaints of promtool about names and keys that are kept unchanged. */
const complaints = [
  "NaN metric names should be written in 'snake_case' not 'camelCase'",
  "TYPE_forged_counter metric name should not include type 'counter'",
  'a_b metric names should not contain abbreviated units',
  "colons::in:it metric names should not contain ':'",
  'gauge_bucket non-histogram metrics should not have "_bucket" suffix',
  'gauge_count non-histogram and non-summary metrics should not have "_count" suffix',
  'gauge_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'gauge_total non-counter metrics should not have "_total" suffix',
  "hostile_keys label names should be written in 'snake_case' not 'camelCase'",
];

type Sdk = 'otelier' | 'stock';
const sdks: readonly Sdk[] = ['otelier', 'stock'];

let endpoint: Endpoint | undefined;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

/** Serves all hostile input, and with otelier's engine every kind of instrument. */
async function serve(sdk: Sdk): Promise<Endpoint> {
  endpoint = await startEndpoint({ sdk, views: viewsOfEveryKind, resource: hostileResource });
  if (sdk === 'otelier') recordEveryKind(endpoint.provider);
  recordHostile(endpoint.provider);
  return endpoint;
}

const isOf = (metric: string) => (sample: ReadSample) => sample.name === metric;
/** Reports whether a sample has unpredictable labels. */
const hasUnpredictableLabels = ({ name }: ReadSample) => name === 'hostile_alike' || name === 'hostile_empty';

describe.skipIf(promtool.missing)(`promtool${promtool.note}`, () => {
  test.each(sdks)('parses the text of %s and complains only about names', async (sdk) => {
    const { scrape } = await serve(sdk);
    expect(checkMetrics(promtool.bin, await scrape(accepts.text))).toEqual({ status: 3, complaints });
  });
});

for (const { format, title, server, refused, start } of strictParsers) {
  describe.skipIf(server.missing)(title, () => {
    let parser: RunningParser;
    beforeAll(async () => {
      parser = await start();
    });
    afterAll(() => parser?.stop());

    async function read(sdk: Sdk) {
      const { scrape } = await serve(sdk);
      const families = await parser.parse(await scrape(accepts[format]));
      return { families, samples: families.flatMap(({ samples }) => samples) };
    }

    test('is strict', async () => {
      const [body, reason] = refused;
      await expect(parser.parse(body)).rejects.toThrow(reason);
    });

    test.each(sdks)('reads every recorded sample of %s unchanged', async (sdk) => {
      const { samples } = await read(sdk);
      const recorded = [...samplesOfHostile(sdk, format), ...(sdk === 'otelier' ? samplesOfEveryKind(format) : [])];
      const target = { name: 'target_info', labels: hostileResourceLabels, value: 1 };
      const known = samples.filter((sample) => !hasUnpredictableLabels(sample));
      expect(samplesOf(known)).toEqual(samplesOf([...recorded, target]));
    });

    test.each(sdks)('adds up attribute sets of %s with equal labels', async (sdk) => {
      const { samples } = await read(sdk);
      expect(numbersOf(samplesOf(samples.filter(isOf('hostile_alike'))))).toEqual(alikeValues);
    });

    test.each(sdks)('adds up attribute sets of %s that differ in empty values', async (sdk) => {
      const { samples } = await read(sdk);
      expect(numbersOf(samplesOf(samples.filter(isOf('hostile_empty'))))).toEqual(emptyValues);
    });

    test('reads descriptions unchanged', async () => {
      const { families } = await read('otelier');
      expect(families.find(({ name }) => name === 'line_break')?.help).toBe(hostileDescription);
    });
  });
}

const openMetrics = strictParsers.find(({ format }) => format === 'openMetrics');

describe.skipIf(openMetrics?.server.missing)(`${openMetrics?.title}`, () => {
  test('reads types and units, also of announced metrics', async () => {
    const { scrape } = await serve('otelier');
    const parser = await openMetrics?.start();
    const families = (await parser?.parse(await scrape(accepts.openMetrics))) ?? [];
    const found = families.map(({ name, type }) => [name, type]);
    expect(found.slice(0, typesOfEveryKind.length + 1)).toEqual([['target', 'info'], ...typesOfEveryKind]);
    const units = families.flatMap((family) => ('unit' in family && family.unit !== '' ? [family] : []));
    expect(units.map(({ name, unit }) => [name, unit])).toEqual([
      ['kinds_temperature_celsius', 'celsius'],
      ['kinds_wait_seconds', 'seconds'],
      ['kinds_read_bytes', 'bytes'],
      ['kinds_announced_seconds', 'seconds'],
    ]);
  });
});
