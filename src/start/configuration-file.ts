/**
 * Loads and validates the configuration file that `OTEL_CONFIG_FILE` names.
 *
 * The packages that read files load only when a file is configured. An invalid file is ignored as a whole and never
 * throws, because a mistake of an operator must not stop an application.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { backendKinds } from '../backends/table.js';
import { checkView } from '../engine/views.js';
import { MetricsError, messageOf } from '../errors.js';
import { type Environment, type FileValues, resolveOptions } from '../options/resolve.js';
import { Report } from '../settings/file/config-node.js';
import { type FileConfiguration, readConfiguration } from '../settings/file/configuration.js';
import { parseDocument, type YamlLibrary } from '../settings/file/document.js';
import type { FileReader } from '../settings/file/readers.js';
import type { FileResource } from '../settings/file/resource.js';
import { addSchemaError } from '../settings/file/schema-error.js';
import { generalOptions } from '../settings/general.js';

const require = createRequire(import.meta.url);

/** Configuration that a start takes from the file, if one is configured. */
export interface LoadedFile {
  readonly general: FileValues;
  readonly views: readonly ViewOptions[];
  /** `undefined` without a file. */
  readonly readers: readonly FileReader[] | undefined;
  readonly resource: FileResource | undefined;
  /** Variables that still apply beside the file. */
  readonly environment: Environment;
  readonly warnings: readonly string[];
  /** Problems of an invalid file, which is ignored; `undefined` for a valid file. */
  readonly error: MetricsError | undefined;
}

/** Loads the file that code or the environment names. */
export function loadConfigurationFile(inCode: unknown, environment: Environment): LoadedFile {
  const { configFile } = generalOptions;
  const { values, settings } = resolveOptions('', { configFile }, { configFile: inCode }, environment);
  const path = values.configFile;
  if (path === undefined) {
    const empty = { general: {}, views: [], readers: undefined, resource: undefined };
    return { ...empty, environment, warnings: [], error: undefined };
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
    environment: withoutMetricsVariables(environment),
    warnings,
    error: valid ? undefined : new MetricsError('METRICS_FILE_INVALID', problems),
  };
}

/** Removes the variables that the file replaces. Vendor variables remain, such as the API key that a preset needs. */
function withoutMetricsVariables(environment: Environment): Environment {
  const fileVariables = generalOptions.configFile.environment;
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^OTEL(?:IER)?_/.test(name) || fileVariables.includes(name)),
  );
}

function readFile(path: string, from: string, environment: Environment, report: Report): FileConfiguration | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const expected = `a readable file (${(error as NodeJS.ErrnoException).code ?? messageOf(error)})`;
    report.problems.push({ where: from, value: path, expected });
    return undefined;
  }
  const document = parseDocument(text, environment, require('yaml') as YamlLibrary, report);
  if (document === undefined) return undefined;
  const configuration = readConfiguration(document, generalOptions, backendKinds);
  for (const { view, node } of configuration.views) {
    try {
      checkView(view);
    } catch (error) {
      node.invalidShape(`a valid view (${messageOf(error)})`);
    }
  }
  checkSchema(path, from, environment, report);
  return configuration;
}

/** Validates the whole file with OpenTelemetry's package, including the sections that otelier skips. */
function checkSchema(path: string, from: string, environment: Environment, report: Report): void {
  let configuration: typeof import('@opentelemetry/configuration');
  try {
    configuration = require('@opentelemetry/configuration');
  } catch {
    const expected = 'the package @opentelemetry/configuration (npm install @opentelemetry/configuration)';
    report.problems.push({ where: from, value: path, expected });
    return;
  }
  // The package reads only `process.env`. The call is synchronous, so no other code sees the replacement.
  const actual = process.env;
  process.env = { ...environment, OTEL_CONFIG_FILE: path };
  try {
    configuration.createConfigFactory();
  } catch (error) {
    addSchemaError(messageOf(error), report);
  } finally {
    process.env = actual;
  }
}
