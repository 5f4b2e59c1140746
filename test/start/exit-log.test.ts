/** Log lines during the last flush of a process: they wait for the exit, and are not lost if the process goes on. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExitLog } from '../../src/start/exit-log.js';

const lines: string[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  const log = (line: string) => lines.push(line);
  const ignore = () => undefined;
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  lines.length = 0;
});
afterEach(() => {
  diag.disable();
  vi.useRealTimers();
});

test('a line outside of the last flush is logged at once', () => {
  new ExitLog().warn('otlp', 'a');
  expect(lines).toEqual(['a']);
});

test('lines of the last flush are logged at the exit, except for those of a backend with a line of its own', async () => {
  const log = new ExitLog();
  await log.holdDuring(async () => {
    log.warn('otlp', 'a');
    log.warn('datadog', 'b');
    log.late('otlp', 'c', 'remedy');
  });
  expect(lines).toEqual([]);
  expect(log.replace('otlp')).toBe('remedy');
  expect(log.replace('datadog/2')).toBeUndefined();
  log.release();
  expect(lines).toEqual(['b']);
});

test('lines of the last flush are logged if the process goes on', async () => {
  const log = new ExitLog();
  await log.holdDuring(async () => log.warn('otlp', 'a'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(lines).toEqual(['a']);
  log.warn('otlp', 'b');
  expect(lines).toEqual(['a', 'b']);
});
