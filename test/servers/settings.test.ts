/** Strict parsers accept the scrape of an endpoint with any settings, and no number is lost unless series are merged. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accepts, type Endpoint, type EndpointSetting, startEndpoint } from './endpoint.js';
import { recordEveryKind, samplesOfEveryKind, viewsOfEveryKind } from './every-kind.js';
import { alikeValues, recordHostile, samplesOfHostile } from './hostile-registry.js';
import { hostileResource } from './hostile-texts.js';
import { numbersOf, samplesOf } from './samples.js';
import { type ParsedFamily, type RunningParser, strictParsers } from './strict-parsers.js';

const resourceLabels = Object.keys(hostileResource);

/** Numbers that a setting shows, and numbers that it does not show, because it merges other series. */
interface Merging {
  readonly shown?: readonly number[];
  readonly hidden?: readonly number[];
}

/** Gauges whose names are equal only after escaping. */
const unescaped = [1_004, 1_008, 1_014, 1_018];
/** Counters of two scopes, and their sum. */
const scopes = { shown: [3], hidden: [1, 2] };
/** Attributes that map to one label; values joined to that of the resource differ by their order. */
const joined = { shown: [4_008, 4_009, 4_010, 4_011], hidden: [8_017, 8_021] };

/** Settings that change names and labels, and therefore which series are merged. */
const settings: readonly (readonly [title: string, setting: EndpointSetting, merging: Merging])[] = [
  ['UnderscoreEscapingWithoutSuffixes', { translationStrategy: 'UnderscoreEscapingWithoutSuffixes' }, {}],
  ['NoUTF8EscapingWithSuffixes', { translationStrategy: 'NoUTF8EscapingWithSuffixes' }, { shown: unescaped }],
  ['NoTranslation', { translationStrategy: 'NoTranslation' }, { shown: unescaped }],
  ['no scope labels', { withoutScopeLabels: true }, scopes],
  ['no target_info', { withoutTargetInfo: true }, {}],
  ['created samples', { createdSamples: true }, {}],
  ['resource labels', { resourceLabels }, joined],
  [
    'several settings',
    { translationStrategy: 'NoTranslation', withoutScopeLabels: true, createdSamples: true, resourceLabels },
    { shown: [...unescaped, ...scopes.shown, ...joined.shown], hidden: [...scopes.hidden, ...joined.hidden] },
  ],
];

let endpoint: Endpoint | undefined;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

/** Reports whether a sample has no measurement or is tested separately. */
function isExtra(family: ParsedFamily, sample: string): boolean {
  const isCreated = family.type !== 'gauge' && sample.endsWith('_created');
  return isCreated || sample === 'target_info' || sample === 'hostile_empty';
}

for (const { format, title, server, start } of strictParsers) {
  describe.skipIf(server.missing)(title, () => {
    let parser: RunningParser;
    beforeAll(async () => {
      parser = await start();
    });
    afterAll(() => parser?.stop());

    test.each(settings)('reads every number with %s', async (_, setting, { shown = [], hidden = [] }) => {
      endpoint = await startEndpoint({ ...setting, views: viewsOfEveryKind, resource: hostileResource });
      recordEveryKind(endpoint.provider);
      recordHostile(endpoint.provider);
      const families = await parser.parse(await endpoint.scrape(accepts[format]));
      const read = families.flatMap((family) => family.samples.filter(({ name }) => !isExtra(family, name)));
      const recorded = [...samplesOfEveryKind(format), ...samplesOfHostile('otelier', format)];
      const numbers = [...recorded.map(({ value }) => value), ...alikeValues, ...shown].map((value) => value + 0);
      for (const number of hidden) numbers.splice(numbers.indexOf(number), 1);
      expect(numbersOf(samplesOf(read))).toEqual(numbers.sort((one, other) => one - other));
      expect(endpoint.warnings.filter((warning) => !warning.includes('series whose labels are equal'))).toEqual([]);
    });
  });
}
