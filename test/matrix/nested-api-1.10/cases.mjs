/** An application with version 1.10 of the API, and a library with its own copy of version 1.9. */
import { isDeepStrictEqual } from 'node:util';
import { installNested, logged, warned } from '../program/nested-cases.mjs';

export const installWith = installNested;

export const cases = {
  'otelier registers first: all copies record': ({ program }) => program(['program/nested-api.mjs', 'otelier']),
  'the library registers first: the newer copy is reported': (context) =>
    warned(
      context,
      'library',
      { application: 0, library: 2 },
      /two versions of @opentelemetry\/api are installed: 1\.9\.1 \(.*library.*\) registered first, and 1\.10\.0 \(.*\) ignores/,
    ),
  'an early instrument of the CommonJS module is reported': (context) =>
    logged(context, ['program/api-forms.mjs', 'record'], /a counter recorded at .*api-forms\.mjs:8 was created before/),
  'a later provider of the CommonJS module is reported': (context) =>
    logged(context, ['program/api-forms.mjs', 'register'], /second MeterProvider was refused \(.*api-forms\.mjs:9\)/),
  // docs/start-order.md states what follows.
  'otelier by require: an early instrument of the ES module is lost without a message': async ({ program }) => {
    const { scraped } = await program(['program/api-module.cjs', 'record']);
    const expected = { early_total: 0, late_total: 1 };
    if (!isDeepStrictEqual(scraped, expected)) throw new Error(`scraped ${JSON.stringify(scraped)}`);
    return 'as documented';
  },
  'otelier by require: a later provider of the ES module is reported without a position': (context) =>
    logged(context, ['program/api-module.cjs', 'register'], /second MeterProvider was refused \(unknown position\)/),
};
