/** Fails a test in which a diagnostic is longer than a line of the log may be. A setup file of every test. */
import { type DiagLogger, diag } from '@opentelemetry/api';
import { afterEach, expect } from 'vitest';
import { longLines } from './long-lines.js';

const prefix = '[otelier] error: ';

const tooLong: string[] = [];

const setLogger = diag.setLogger;
diag.setLogger = ((logger: DiagLogger, ...rest: []) => {
  const watch = (level: 'error' | 'warn') =>
    function watched(this: unknown, message: string, ...details: unknown[]) {
      tooLong.push(...longLines(`${prefix}${message}`));
      logger[level](message, ...details);
    };
  const watched = Object.create(logger) as DiagLogger;
  return setLogger(Object.assign(watched, { error: watch('error'), warn: watch('warn') }), ...rest);
}) as typeof setLogger;

afterEach(() => {
  expect(tooLong.splice(0)).toEqual([]);
});
