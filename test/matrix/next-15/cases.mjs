/** Next.js 15: webpack is the default. */
import { built } from '../next-app/next-cases.mjs';

export const cases = {
  start: built([], { checkTypes: true }),
  'start, serverExternalPackages': built([], { external: true }),
  standalone: built([], { standalone: true }),
  'standalone, serverExternalPackages': built([], { external: true, standalone: true }),
  'Turbopack, start': built(['--turbopack']),
  'Turbopack, standalone, serverExternalPackages': built(['--turbopack'], { external: true, standalone: true }),
};
