/** Next.js 16: Turbopack is the default. */
import { built, developed } from '../next-app/next-cases.mjs';

export const cases = {
  start: built([], { checkTypes: true }),
  'start, serverExternalPackages': built([], { external: true }),
  standalone: built([], { standalone: true }),
  'standalone, serverExternalPackages': built([], { external: true, standalone: true }),
  'webpack, start': built(['--webpack']),
  'webpack, standalone, serverExternalPackages': built(['--webpack'], { external: true, standalone: true }),
  dev: developed([]),
};
