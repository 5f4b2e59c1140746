/**
 * The configuration file that `OTEL_CONFIG_FILE` names: read, checked and told of.
 *
 * What reads it is loaded when there is one. A file that is wrong has no effect at all and never throws: an operator's
 * error does not stop an application.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { backendKinds } from '../backends/table.js';
import { checkView } from '../engine/views.js';
import { MetricsError } from '../errors.js';
import { type Environment, resolveOptions, type WrittenOptions } from '../options/resolve.js';
import { type FileConfiguration, readConfiguration } from '../settings/file/configuration.js';
import { parseDocument, type YamlLibrary } from '../settings/file/document.js';
import { Report } from '../settings/file/place.js';
import type { FileReader } from '../settings/file/readers.js';
import type { FileResource } from '../settings/file/resource.js';
import { addComplaint } from '../settings/file/schema.js';
import { generalOptions } from '../settings/general.js';

const require = createRequire(import.meta.url);

/** What a start takes from a file, or from its absence. */
export interface ConsultedFile {
  readonly general: WrittenOptions;
  readonly views: readonly ViewOptions[];
  /** `undefined` without a file. */
  readonly readers: readonly FileReader[] | undefined;
  readonly resource: FileResource | undefined;
  /** The variables that still count. */
  readonly environment: Environment;
  readonly warnings: readonly string[];
  /** Why the file has no effect, if it has none. */
  readonly fault: MetricsError | undefined;
}

/** Reads the file that code or the environment names. */
export function consultFile(inCode: unknown, environment: Environment): ConsultedFile {
  const { configFile } = generalOptions;
  const { values, settings } = resolveOptions('', { configFile }, { configFile: inCode }, environment);
  const path = values.configFile;
  if (path === undefined) {
    const nothing = { general: {}, views: [], readers: undefined, resource: undefined };
    return { ...nothing, environment, warnings: [], fault: undefined };
  }
  const report = new Report(basename(path));
  const configuration = readFile(path, settings[0]?.from ?? 'code', environment, report);
  const { problems, warnings } = report;
  const valid = problems.length === 0;
  return {
    general: valid ? (configuration?.general ?? {}) : {},
    views: valid ? (configuration?.views.map(({ view }) => view) ?? []) : [],
    readers: valid ? (configuration?.readers ?? []) : [],
    resource: valid ? configuration?.resource : undefined,
    environment: variablesBeside(environment),
    warnings,
    fault: valid ? undefined : new MetricsError('METRICS_FILE_INVALID', problems),
  };
}

/** Variables that configure metrics are replaced by the file; a vendor's, such as a key that a preset needs, are not. */
function variablesBeside(environment: Environment): Environment {
  const namesFile = generalOptions.configFile.environment;
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^OTEL(?:IER)?_/.test(name) || namesFile.includes(name)),
  );
}

function readFile(path: string, from: string, environment: Environment, report: Report): FileConfiguration | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const expected = `a file that can be read (${(error as NodeJS.ErrnoException).code ?? error})`;
    report.problems.push({ where: from, value: path, expected });
    return undefined;
  }
  const document = parseDocument(text, environment, require('yaml') as YamlLibrary, report);
  if (document === undefined) return undefined;
  const configuration = readConfiguration(document, generalOptions, backendKinds);
  for (const { view, place } of configuration.views) {
    try {
      checkView(view);
    } catch (error) {
      place.wrong(`a view (${(error as Error).message})`);
    }
  }
  checkSchema(path, from, environment, report);
  return configuration;
}

/** Has OpenTelemetry's own package check the whole file, also the sections that are not ours. */
function checkSchema(path: string, from: string, environment: Environment, report: Report): void {
  let configuration: typeof import('@opentelemetry/configuration');
  try {
    configuration = require('@opentelemetry/configuration');
  } catch {
    const expected = 'the package @opentelemetry/configuration (npm install @opentelemetry/configuration)';
    report.problems.push({ where: from, value: path, expected });
    return;
  }
  // It reads the environment of the process and nothing else; until it returns, nobody but it sees the change.
  const actual = process.env;
  process.env = { ...environment, OTEL_CONFIG_FILE: path };
  try {
    configuration.createConfigFactory();
  } catch (error) {
    addComplaint((error as Error).message, report);
  } finally {
    process.env = actual;
  }
}
