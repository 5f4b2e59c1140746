/** The command `otelier` in a folder of its own, and what its tests give to it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { withHooks } from '../support/missing-package.js';
import { startNode } from '../support/program.js';

/** Packs of a stack without flags. */
export const basic = ['runtime', 'health', 'host', 'container'];

/** Loader hooks of a machine without the foundation SDK. */
export const withoutSdk = withHooks(`
  export const resolve = (specifier, context, next) => {
    if (!specifier.startsWith('@grafana/')) return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };`);

/** Starts the command, as users start it. */
export const otelier = (args: readonly string[], node: readonly string[] = []) =>
  startNode([...node, 'dist/cli/index.js', ...args]).end;

/** Returns the paths of all files below a folder. */
export const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();

/** Returns the text of a module with an alert. */
export const alertModule = (name: string) =>
  `import { above, alert, raw, ruleGroup } from 'PACKAGE/dist/panels/index.js';
     export const rules = ruleGroup('shop', { alerts: [alert({ name: '${name}', when: above(raw('up'), 1),
       severity: 'info', summary: 'Up.', description: 'Up.' })] });`;

/** Folder of the running test. */
export interface TestFolder {
  path(): string;
  /** Writes a file below the folder, and returns its path. `PACKAGE` in the text is the path of the package. */
  write(path: string, text: string): string;
}

/** Gives each test a folder, which is removed after the test. */
export function folderOfTest(): TestFolder {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otelier-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    path: () => folder,
    write(path, text) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text.replaceAll('PACKAGE', process.cwd()));
      return file;
    },
  };
}
