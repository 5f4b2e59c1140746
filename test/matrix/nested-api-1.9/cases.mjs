/** An application with version 1.9 of the API, and a library with its own copy of version 1.10. */
import { installNested, warned } from '../program/nested-cases.mjs';

export const installWith = installNested;

export const cases = {
  'the library registers first: all copies record': ({ program }) => program(['program/nested-api.mjs', 'library']),
  'otelier registers first: the newer copy is reported': (context) =>
    warned(
      context,
      'otelier',
      { application: 1, library: 0 },
      /two versions of @opentelemetry\/api are installed: 1\.9\.1 \(.*\) registered first, and 1\.10\.0 \(.*library.*\) ignores/,
    ),
};
