/**
 * Starts metrics in one module and records in another, each with its own copy of the package.
 *
 *   node two-copies.mjs START RECORD
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { report } from './report.cjs';

const [startModule, recordModule] = process.argv.slice(2).map((file) => pathToFileURL(resolve(file)).href);
const { recordOrder, recordAll } = await import(recordModule);
recordOrder();
const { start } = await import(startModule);
const metrics = start();
recordAll();
await report(metrics);
