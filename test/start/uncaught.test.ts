/** Programs that start an endpoint which stays closed: the failure is printed once, whatever the program does with `ready`. */
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const environment = {
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
};
const start = "import { startMetrics } from 'otelier'; const metrics = startMetrics();";
const printed = /METRICS_ENDPOINT_UNPROTECTED\]/g;

test.each<[title: string, end: string, code: number, logged: boolean]>([
  ['awaits it', 'await metrics.ready;', 1, false],
  ['awaits it in a function', 'void (async () => { await metrics.ready; })();', 1, false],
  ['ignores it', 'setTimeout(() => {}, 100);', 0, true],
  ['handles it', 'await metrics.ready.catch(() => {});', 0, true],
  ['exits because of it', 'await metrics.ready.catch(() => process.exit(3));', 3, true],
  ['throws another error', "await metrics.ready.catch(() => { throw new Error('other'); });", 1, true],
  [
    'handles uncaught errors',
    "process.on('uncaughtException', (error) => console.error(error.message)); await metrics.ready;",
    0,
    false,
  ],
])('a program that %s', async (_, end, code, isLogged) => {
  const ended = await startApp(`${start} ${end}`, environment).end;
  expect({ code: ended.code, printed: ended.stderr.match(printed)?.length }).toEqual({ code, printed: 1 });
  expect(ended.stderr.includes('[otelier] error: OTEL_EXPORTER_PROMETHEUS_HOST')).toBe(isLogged);
});
