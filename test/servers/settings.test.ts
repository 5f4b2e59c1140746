/** Strict parsers accept the scrape of an endpoint with any settings, and no number is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accepts, type Endpoint, type EndpointSetting, startEndpoint } from './endpoint.js';
import { recordEveryKind, samplesOfEveryKind, viewsOfEveryKind } from './every-kind.js';
import { alikeValues, recordHostile, samplesOfHostile } from './hostile-registry.js';
import { hostileResource } from './hostile-texts.js';
import { numbersOf, samplesOf } from './samples.js';
import { type ParsedFamily, type RunningParser, strictParsers } from './strict-parsers.js';

const resourceLabels = Object.keys(hostileResource);

/** Settings that change names and labels, and therefore collisions. */
const settings: readonly (readonly [title: string, setting: EndpointSetting])[] = [
  ['UnderscoreEscapingWithoutSuffixes', { translationStrategy: 'UnderscoreEscapingWithoutSuffixes' }],
  ['NoUTF8EscapingWithSuffixes', { translationStrategy: 'NoUTF8EscapingWithSuffixes' }],
  ['NoTranslation', { translationStrategy: 'NoTranslation' }],
  ['no scope labels', { withoutScopeLabels: true }],
  ['no target_info', { withoutTargetInfo: true }],
  ['created samples', { createdSamples: true }],
  ['resource labels', { resourceLabels }],
  [
    'several settings',
    { translationStrategy: 'NoTranslation', withoutScopeLabels: true, createdSamples: true, resourceLabels },
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

    test.each(settings)('reads every number with %s', async (_, setting) => {
      endpoint = await startEndpoint({ ...setting, views: viewsOfEveryKind, resource: hostileResource });
      recordEveryKind(endpoint.provider);
      recordHostile(endpoint.provider);
      const families = await parser.parse(await endpoint.scrape(accepts[format]));
      const read = families.flatMap((family) => family.samples.filter(({ name }) => !isExtra(family, name)));
      const recorded = [...samplesOfEveryKind(format), ...samplesOfHostile('otelier', format)];
      const numbers = [...recorded.map(({ value }) => value), ...alikeValues].map((value) => value + 0);
      expect(numbersOf(samplesOf(read))).toEqual(numbers.sort((one, other) => one - other));
      expect(endpoint.warnings).toEqual([]);
    });
  });
}
