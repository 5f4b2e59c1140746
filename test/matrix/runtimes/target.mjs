/** Prints the runtime that the resource names. */
import { startMetrics } from 'otelier';

const metrics = startMetrics();
await metrics.ready;
const text = await (await fetch(metrics.status().backends[0].url)).text();
await metrics.shutdown();
const target = text.split('\n').find((line) => line.startsWith('target_info')) ?? '';
const label = (name) => new RegExp(`${name}="([^"]*)"`).exec(target)?.[1];
console.log(`${label('process_runtime_name')} ${label('process_runtime_version')}`);
