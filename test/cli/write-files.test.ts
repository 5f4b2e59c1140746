/** Files are written all or not at all; files of an earlier run are removed. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { editedFiles, obsoleteFiles, withManifest } from '../../src/cli/manifest.js';
import { writeFiles } from '../../src/cli/write-files.js';
import { filesIn, folderOfTest } from './command.js';

const { path: pathOfFolder, write } = folderOfTest();
let folder: string;
beforeEach(() => {
  folder = pathOfFolder();
});

const filesOf = (...paths: string[]) => new Map(paths.map((path) => [path, `text of ${path}`]));
const present = () => filesIn(folder);
const add = (path: string, text = 'mine') => write(path, text);
/** Writes files as the command of the stack does. */
function run(...paths: string[]) {
  const files = filesOf(...paths);
  const obsolete = obsoleteFiles(files, folder);
  writeFiles(withManifest(files), folder, obsolete.stale, editedFiles(files, folder));
  return obsolete;
}
const manifest = '.otelier-files.json';

test('writes files, and overwrites those that are there', () => {
  add('a.txt', 'old');
  expect(writeFiles(filesOf('a.txt', 'b/c.txt'), folder)).toEqual([join(folder, 'a.txt'), join(folder, 'b/c.txt')]);
  expect(present()).toEqual(['a.txt', 'b/c.txt']);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('text of a.txt');
});

test.each([
  ['a file in the place of a folder', 'b', 'b/c.txt'],
  ['a folder in the place of a file', 'z.txt/mine', 'z.txt'],
  ['a file in the place of a folder, deep in a new folder', 'x', 'new/y.txt', 'x/y/z.txt'],
])('writes nothing if there is %s', (_, own, ...paths) => {
  add(own);
  add('a.txt', 'old');
  const write = () => writeFiles(filesOf('a.txt', ...paths), folder, ['a.txt']);
  expect(write).toThrow(/--out: got ".*, expected a folder that can be written: /);
  expect(present()).toEqual(['a.txt', own].sort());
  expect(existsSync(join(folder, 'new'))).toBe(false);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('old');
});

test.each(['', ' '])('a folder without a name is reported: %j', (out) => {
  expect(() => writeFiles(filesOf('a.txt'), out)).toThrow(/--out: got " ?", expected the path of a folder/);
});

test('the next run removes what is no longer generated, and folders that become empty', () => {
  expect(run('a.txt', 'rules/one.yaml', 'rules/two.yaml', 'long/long.yml')).toEqual({ stale: [], changed: [] });
  add('rules/mine.yaml');
  expect(run('a.txt', 'rules/two.yaml')).toEqual({ stale: ['rules/one.yaml', 'long/long.yml'], changed: [] });
  expect(present()).toEqual([manifest, 'a.txt', 'rules/mine.yaml', 'rules/two.yaml']);
  expect(existsSync(join(folder, 'long'))).toBe(false);
});

test('a file whose name changes its case only is replaced', () => {
  run('Shop.yaml');
  expect(run('shop.yaml')).toEqual({ stale: ['Shop.yaml'], changed: [] });
  expect(present()).toEqual([manifest, 'shop.yaml']);
});

test('files that somebody changed, replaced or deleted stay as they are', () => {
  run('a.txt', 'changed.txt', 'deleted.txt', 'folder.txt');
  add('changed.txt', 'mine');
  rmSync(join(folder, 'deleted.txt'));
  rmSync(join(folder, 'folder.txt'));
  add('folder.txt/mine');
  expect(run('a.txt')).toEqual({ stale: [], changed: ['changed.txt'] });
  expect(present()).toEqual([manifest, 'a.txt', 'changed.txt', 'folder.txt/mine']);
});

const textOf = (path: string) => readFileSync(join(folder, path), 'utf8');

test('an edit of a file that is generated again is kept as a copy', () => {
  run('a.txt', 'rules/one.yaml', 'deleted.txt');
  add('rules/one.yaml', 'my edit');
  rmSync(join(folder, 'deleted.txt'));
  run('a.txt', 'rules/one.yaml', 'deleted.txt');
  expect(present()).toEqual([manifest, 'a.txt', 'deleted.txt', 'rules/one.yaml', 'rules/one.yaml.bak']);
  expect([textOf('rules/one.yaml'), textOf('rules/one.yaml.bak')]).toEqual(['text of rules/one.yaml', 'my edit']);
  run('a.txt', 'rules/one.yaml', 'deleted.txt');
  expect(present()).toHaveLength(5);
  add('rules/one.yaml', 'my second edit');
  run('a.txt', 'rules/one.yaml', 'deleted.txt');
  expect([textOf('rules/one.yaml.bak'), textOf('rules/one.yaml.bak2')]).toEqual(['my edit', 'my second edit']);
});

test('a file that was there before the first run is kept as a copy, unless it has the same text', () => {
  add('a.txt', 'mine');
  add('b.txt', 'text of b.txt');
  run('a.txt', 'b.txt');
  expect(present()).toEqual([manifest, 'a.txt', 'a.txt.bak', 'b.txt']);
});

test('copies are removed if a file cannot be written', () => {
  add('a.txt', 'mine');
  const copies = new Map([
    ['a.txt', 'a.txt.bak'],
    ['missing.txt', 'missing.txt.bak'],
  ]);
  expect(() => writeFiles(filesOf('a.txt'), folder, [], copies)).toThrow('a folder that can be written');
  expect([present(), textOf('a.txt')]).toEqual([['a.txt'], 'mine']);
});

test.runIf(process.platform === 'linux')('a folder that cannot be created is an error', () => {
  for (const out of ['/proc/x', '/proc/x/y/z', '/dev/null/x'])
    expect(() => writeFiles(filesOf('a.txt', 'b/c.txt'), out)).toThrow('expected a folder that can be written: ');
});

test.each([
  ['no list', undefined],
  ['text', 'no JSON'],
  ['another structure', '{"files":7}'],
  [
    'paths of other folders',
    JSON.stringify({ files: { '../x.txt': 'x', '/etc/x': 'x', 'a/../../x': 'x', 'c:\\x': 'x' } }),
  ],
])('a folder with %s has no obsolete files', (_, text) => {
  if (text !== undefined) add(manifest, text);
  add('a.txt');
  expect(obsoleteFiles(filesOf(), folder)).toEqual({ stale: [], changed: [] });
});
