/**
 * Loads and validates the configuration file that `OTEL_CONFIG_FILE` names.
 *
 * An invalid file is ignored as a whole and never throws, because a mistake of an operator must not stop an application.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { backendKinds } from '../backends/table.js';
import { checkView } from '../engine/views.js';
import { MetricsError, messageOf, renderConsequence } from '../errors.js';
import type { ViewOptions } from '../model/otel-sdk.js';
import { type Environment, type FileValues, resolveOptions } from '../options/resolve.js';
import { Report } from '../settings/file/config-node.js';
import { type FileConfiguration, readConfiguration } from '../settings/file/configuration.js';
import { parseDocument } from '../settings/file/document.js';
import type { FileReader } from '../settings/file/readers.js';
import type { FileResource } from '../settings/file/resource.js';
import { schemaProblem } from '../settings/file/schema-error.js';
import { generalOptions } from '../settings/general.js';

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
  /** A valid file, with the variables that it may refer to; `undefined` without a valid file. */
  readonly source: { readonly path: string; readonly environment: Environment } | undefined;
}

/** Loads the file that code or the environment names. */
export function loadConfigurationFile(inCode: unknown, environment: Environment): LoadedFile {
  const { configFile } = generalOptions;
  const { values, settings } = resolveOptions('', { configFile }, { configFile: inCode }, environment);
  const path = values.configFile;
  if (path === undefined) {
    const empty = { general: {}, views: [], readers: undefined, resource: undefined };
    return { ...empty, environment, warnings: [], error: undefined, source: undefined };
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
    source: valid ? { path, environment } : undefined,
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
  const document = parseDocument(text, environment, report);
  if (document === undefined) return undefined;
  const configuration = readConfiguration(document, generalOptions, backendKinds);
  for (const { view, node } of configuration.views) {
    try {
      checkView(view);
    } catch (error) {
      node.invalidShape(`a valid view (${messageOf(error)})`);
    }
  }
  return configuration;
}

/**
 * Warns if the file does not fit OpenTelemetry's schema: other SDKs may refuse it, although its metrics sections are valid.
 *
 * `@opentelemetry/configuration` checks the schema, including the sections that otelier skips. Without that package the
 * file is not checked beyond its metrics sections.
 */
export async function warnOfSchemaError(
  { path, environment }: NonNullable<LoadedFile['source']>,
  warn: (message: string) => void,
): Promise<void> {
  let configuration: typeof import('@opentelemetry/configuration');
  try {
    configuration = await import('@opentelemetry/configuration');
  } catch {
    return;
  }
  // The package reads only `process.env`. The call is synchronous, so no other code sees the replacement.
  const actual = process.env;
  process.env = { ...environment, OTEL_CONFIG_FILE: path };
  try {
    configuration.createConfigFactory();
  } catch (error) {
    const problem = schemaProblem(messageOf(error), new Report(basename(path)));
    if (problem === undefined) return;
    warn(renderConsequence(problem, '; metrics use the file, other signals and SDKs may refuse it'));
  } finally {
    process.env = actual;
  }
}
