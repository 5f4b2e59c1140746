/** Records through the application's copy of the API and through that of the library in this folder. */
import { metrics as api } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { record, registerFirst } from '../library/index.mjs';

if (process.argv[2] === 'library') registerFirst();
const metrics = startMetrics();
record();
api.getMeter('application').createCounter('application').add(1);
await metrics.ready;
const lines = (await (await fetch(metrics.status().backends[0].url)).text()).split('\n');
await metrics.shutdown();
const countIn = (name) =>
  Number(
    lines
      .find((line) => line.startsWith(`${name}_total{`))
      ?.split(' ')
      .at(-1) ?? 0,
  );
console.log(
  JSON.stringify({
    recorded: { application: 1, library: 2 },
    scraped: { application: countIn('application'), library: countIn('library') },
  }),
);
