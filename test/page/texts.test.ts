/** Texts of the live page whose characters or edges matter: labels of the time axis, and invisible characters. */
import { expect, test } from 'vitest';
import { timeLabel } from '../../src/page/time-labels.js';
import { visibleText } from '../../src/page/visible-text.js';

const at = (minutes: number, seconds: number) => new Date(2026, 10, 30, 4, minutes, seconds).getTime() / 1_000;

test.each([
  [at(43, 0), 300, '04:43'],
  [at(43, 15), 300, '04:43:15'],
  [at(43, 0), 17, '04:43'],
  [at(43, 0), 16, ''],
  [at(43, 15), 26, ''],
  [at(43, 0), 591, '04:43'],
  [at(43, 0), 592, ''],
  [at(43, 15), 581, '04:43:15'],
  [at(43, 15), 582, ''],
])('the label of %d at pixel %d of 600 is %j', (seconds, position, label) => {
  expect(timeLabel(seconds, position, 600)).toBe(label);
});

test.each([
  ['plain text', 'plain text'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['invoice\u202egpj.exe', 'invoice\\u202egpj.exe'],
  ['\u2066isolated\u2069 \u200fmark', '\\u2066isolated\\u2069 \\u200fmark'],
  ['bell\u0007 and escape\u001b[31m', 'bell\\u0007 and escape\\u001b[31m'],
  ['lone \ud800 and tag \u{e0041}', 'lone \\ud800 and tag \\u{e0041}'],
  ['שלום', 'שלום'],
  ['👩\u200d💻', '👩\u200d💻'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
  expect(visibleText(shown)).toBe(shown);
});
