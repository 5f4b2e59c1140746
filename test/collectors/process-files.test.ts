/** Parsers of the files of one process in /proc. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMaxOpenFiles, parseProcessStatus } from '../../src/collectors/runtime/process-files.js';

/** Written by hand after proc(5), with the lines of a kernel 4.18 (RHEL 8) and of a kernel 6.12 (Debian 13). */
const older = `Name:\tnode
Umask:\t0022
State:\tS (sleeping)
VmPeak:\t  611240 kB
VmSize:\t  610984 kB
VmLck:\t       0 kB
VmHWM:\t   52344 kB
VmRSS:\t   51700 kB
RssAnon:\t   20112 kB
VmData:\t   90416 kB
VmStk:\t     132 kB
Threads:\t7
SigQ:\t0/31157
`;
const newer = `${older.replace('Threads:\t7', 'Threads:\t11')}Speculation_Store_Bypass:\tvulnerable
x86_Thread_features:\t
untag_mask:\t0xffffffffffffffff
`;
/** A kernel thread and a process that ends have no memory. */
const withoutMemory = 'Name:\tkthreadd\nState:\tS (sleeping)\nThreads:\t1\n';

test.each([
  ['a kernel 4.18', older, { residentBytes: 52_940_800, virtualBytes: 625_647_616, dataBytes: 92_585_984, threads: 7 }],
  [
    'a kernel 6.12',
    newer,
    { residentBytes: 52_940_800, virtualBytes: 625_647_616, dataBytes: 92_585_984, threads: 11 },
  ],
  ['a process without memory', withoutMemory, { threads: 1 }],
  ['an empty file', '', {}],
  ['another unit', 'VmRSS:\t12 MB\n', {}],
  ['a value that is cut', 'VmRSS:\t', {}],
])('reads the status of %s', (_, text, expected) => {
  const empty = { residentBytes: undefined, virtualBytes: undefined, dataBytes: undefined, threads: undefined };
  expect(parseProcessStatus(text)).toEqual({ ...empty, ...expected });
});

test.each([
  ['Max open files            1024                 524288               files     \n', 1_024],
  [
    'Max processes             31157                31157                processes \nMax open files            20000                20000                files     \n',
    20_000,
  ],
  ['Max open files            unlimited            unlimited            files     \n', Number.POSITIVE_INFINITY],
  ['Max open files            -1                   x                    files     \n', undefined],
  ['', undefined],
])('reads the limit of open files of %j', (text, expected) => {
  expect(parseMaxOpenFiles(text)).toBe(expected);
});

test('the files of this process', () => {
  if (process.platform !== 'linux') return;
  const { residentBytes, threads } = parseProcessStatus(readFileSync('/proc/self/status', 'utf8'));
  expect(residentBytes).toBeGreaterThan(1e6);
  expect(threads).toBeGreaterThan(1);
  expect(parseMaxOpenFiles(readFileSync('/proc/self/limits', 'utf8'))).toBeGreaterThan(0);
});

test('no text throws, and numbers are never negative or NaN', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...newer.split('\n')));
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => lines.join('\n')),
      (text) => {
        for (const value of [...Object.values(parseProcessStatus(text)), parseMaxOpenFiles(text)]) {
          expect(value === undefined || value >= 0).toBe(true);
        }
      },
    ),
  );
});
