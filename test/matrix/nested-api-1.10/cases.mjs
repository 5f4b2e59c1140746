/** An application with version 1.10 of the API, and a library with its own copy of version 1.9. */
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
};
