/** Derives the values of options that are not set from the options `preset` and `protocol`. */
import { cut, renderConsequence } from '../../errors.js';
import type { DeriveOptions, OptionValues } from '../../options/option.js';
import { defectProblem, secretDefect } from '../../options/secret-defect.js';
import { redactEndpoint, redactUrl } from '../../options/url.js';
import { withMetricsPath } from './metrics-path.js';
import { otlpOptions } from './options.js';
import { type Preset, type PresetHeader, presets } from './presets.js';
import { asGrpcEndpoint, grpcEndpoint, protocolWarnings, usesGrpc } from './protocol.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/** Derives values from the preset, or the endpoint from protocol `grpc`. Warns about contradictions. */
export const deriveOptions: DeriveOptions<typeof otlpOptions> = (values, environment, isSet) => {
  const warnings = [
    ...protocolWarnings(values, isSet),
    ...doubledPath(values, environment),
    ...missingPath(values, isSet),
  ];
  const derived = derivePreset(values, environment, isSet);
  if (derived !== undefined) return { ...derived, warnings: [...warnings, ...derived.warnings] };
  return { values: usesGrpc(values) ? { endpoint: grpcEndpoint } : {}, from: 'protocol grpc', warnings };
};

/** Warns about a path of two signals: /v1/metrics was appended to the URL of a signal, or given twice. */
function doubledPath(values: OptionValues<typeof otlpOptions>, environment: Environment): string[] {
  const [, path] = /(\/v1\/(?:metrics|traces|logs))\/v1\/metrics$/.exec(new URL(values.endpoint).pathname) ?? [];
  if (path === undefined || usesGrpc(values)) return [];
  const found = `otlp.endpoint: metrics go to ${cut(redactUrl(values.endpoint), 50)}`;
  const isAppended =
    withMetricsPath(readVariable(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? '') === values.endpoint;
  if (isAppended)
    return [`${found}: /v1/metrics is appended; remove ${path}, or set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`];
  return [`${found}; remove ${path === '/v1/metrics' ? 'one /v1/metrics' : path}`];
}

/** Warns if the URL of the signal, to which nothing is appended, has no path: then it is probably a base URL. */
function missingPath(values: OptionValues<typeof otlpOptions>, isSet: (name: 'endpoint') => boolean): string[] {
  const { endpoint, preset } = values;
  if (!isSet('endpoint') || usesGrpc(values) || new URL(endpoint).pathname !== '/') return [];
  const { url = '', example = url } = preset === undefined ? {} : presets[preset].endpoint;
  const path = example === '' ? '/v1/metrics' : new URL(example).pathname;
  const full = Object.assign(new URL(endpoint), { pathname: path }).href;
  const [found, likely] = [endpoint, full].map((text) => cut(redactUrl(text).replace(/\/$/, ''), 54)) as [
    string,
    string,
  ];
  return [`otlp.endpoint: metrics go to ${found}, with no path appended; perhaps ${likely}`];
}

/**
 * Derives endpoint, headers and the other settings of the preset. Warnings name variables, never their values.
 *
 * Derives no headers while the preset lacks an endpoint: their secrets would be sent to the default endpoint.
 */
const derivePreset: DeriveOptions<typeof otlpOptions> = (values, environment, isSet) => {
  const name = values.preset;
  if (name === undefined) return undefined;
  const preset = presets[name];
  const grpcPort = usesGrpc(values) ? preset.grpcPort : undefined;
  const { temporality, compression, histogramAggregation, maxRequestBytes } = preset;
  const warnings: string[] = [];
  const unset = grpcPort === undefined ? otlpOptions.endpoint.default : grpcEndpoint;
  const endpoint = isSet('endpoint') ? undefined : endpointOf(preset, environment, unset, warnings);
  if (isSet('endpoint') && grpcPort === undefined) checkPath(name, preset, values.endpoint, warnings);
  const hasEndpoint = isSet('endpoint') || endpoint !== undefined;
  if (!hasEndpoint && warnings.length === 0) warnings.push(missingEndpointWarning(name, preset, grpcPort));
  const presetHeaders =
    hasEndpoint && !isSet('presetHeaders') ? headersOf(name, preset, values.headers, environment, warnings) : {};
  const derived: { -readonly [K in keyof OptionValues<typeof otlpOptions>]?: OptionValues<typeof otlpOptions>[K] } = {
    presetHeaders,
    temporality,
    compression,
  };
  if (grpcPort !== undefined)
    derived.endpoint = endpoint === undefined ? grpcEndpoint : asGrpcEndpoint(endpoint, grpcPort);
  else if (endpoint !== undefined) derived.endpoint = endpoint;
  if (histogramAggregation !== undefined) derived.histogramAggregation = histogramAggregation;
  if (maxRequestBytes !== undefined) derived.maxRequestBytes = maxRequestBytes;
  return { values: derived, from: `preset ${name}`, warnings };
};

/** Returns the trimmed value of a variable; `undefined` when it is empty. */
function readVariable(environment: Environment, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined;
}

/** Returns the warning about a variable with an invalid value, without the value. */
function invalidVariableWarning(where: string, expected: string, consequence: string): string {
  return renderConsequence({ where, value: '[redacted]', expected }, `; ignored; ${consequence}`);
}

/**
 * Returns the endpoint of a preset. With an invalid variable none: its other endpoint may be another region.
 *
 * @param unset the endpoint that is used if this function returns `undefined`.
 */
function endpointOf(
  { endpoint: { url, choice } }: Preset,
  environment: Environment,
  unset: string,
  warnings: string[],
): string | undefined {
  const text = choice === undefined ? undefined : readVariable(environment, choice.variable);
  if (choice === undefined || text === undefined) return url;
  const { variable, expected } = choice;
  const likely = choice.likely?.(text);
  const chosen = choice.urlOf(likely ?? text);
  if (chosen === undefined || !otlpOptions.endpoint.accepts(chosen)) {
    warnings.push(invalidVariableWarning(variable, expected, `using ${unset} without preset headers`));
    return undefined;
  }
  if (likely !== undefined)
    warnings.push(renderConsequence({ where: variable, value: redactEndpoint(text), expected }, `; using ${likely}`));
  return chosen;
}

function missingEndpointWarning(name: string, { endpoint }: Preset, grpcPort: number | undefined): string {
  const { choice, example = '' } = endpoint;
  const base = grpcPort === undefined ? example.replace(/\/v1\/metrics$/, '') : asGrpcEndpoint(example, grpcPort);
  const variables = [choice?.variable, 'OTEL_EXPORTER_OTLP_ENDPOINT'].filter((variable) => variable !== undefined);
  return `preset ${name}: set ${variables.join(' or ')}, such as ${base}; no preset headers until then`;
}

/** Warns about a base URL without the path of the preset, a common mistake. Any other path may be that of a proxy. */
function checkPath(name: string, { endpoint }: Preset, chosen: string, warnings: string[]): void {
  const expected = new URL(endpoint.url ?? endpoint.example ?? chosen).pathname;
  const path = '/v1/metrics';
  if (expected === path || new URL(chosen).pathname !== path) return;
  const base = expected.slice(0, -path.length);
  warnings.push(
    `otlp.endpoint: got path ${path}, but preset ${name} expects ${expected}; ` +
      `OTEL_EXPORTER_OTLP_ENDPOINT should end in ${base}`,
  );
}

function headersOf(
  name: string,
  preset: Preset,
  userHeaders: Headers,
  environment: Environment,
  warnings: string[],
): Headers {
  const userNames = new Set(Object.keys(userHeaders).map((key) => key.toLowerCase()));
  const headers: Record<string, string> = {};
  for (const header of preset.headers) {
    if (userNames.has(header.name)) continue;
    const value = headerValueOf(name, header, environment, warnings);
    if (value !== undefined) headers[header.name] = value;
  }
  return headers;
}

function headerValueOf(
  preset: string,
  header: PresetHeader,
  environment: Environment,
  warnings: string[],
): string | undefined {
  const texts: string[] = [];
  for (const variables of header.parts) {
    const text = variables.map((variable) => readVariable(environment, variable)).find((found) => found !== undefined);
    if (text !== undefined) texts.push(text);
    else if (header.required) {
      const names = variables.join(' or ');
      warnings.push(`${names} is not set: preset ${preset} sends no header ${header.name}; set ${names}`);
    }
  }
  if (texts.length < header.parts.length) return undefined;
  const defect = texts.map((text) => secretDefect(text)).find((each) => each !== undefined);
  if (defect !== undefined) {
    const variable = header.parts.flat().filter((name) => secretDefect(environment[name] ?? '') !== undefined);
    const problem = { where: variable.join(', '), value: '[redacted]', ...defectProblem('a value', defect) };
    warnings.push(renderConsequence(problem, `; ignored; no header ${header.name} is sent`));
    return undefined;
  }
  const value = header.valueOf(texts);
  if (otlpOptions.presetHeaders.accepts({ [header.name]: value })) return value;
  warnings.push(
    invalidVariableWarning(header.parts.flat().join(' or '), 'a valid HTTP header value', 'the header is not sent'),
  );
  return undefined;
}
