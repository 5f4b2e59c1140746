/** Plugin of rolldown and vite: `import { page } from 'page?built'` imports the live page, built from `src/page`. */
import { pageModule } from './build-page.mjs';

const name = 'page?built';
const id = `\0${name}`;
let built;

export const builtPage = {
  name: 'built-page',
  enforce: 'pre',
  resolveId: (source) => (source === name ? id : undefined),
  async load(loaded) {
    if (loaded !== id) return undefined;
    built ??= pageModule();
    return built;
  },
};
