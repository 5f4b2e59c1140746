/** What follows from the option `preset` for the options that nobody set. */
import { renderProblem } from '../../errors.js';
import type { DeriveOptions, OptionValues } from '../../options/option.js';
import { otlpOptions } from './options.js';
import { type Preset, type PresetHeader, presets } from './presets.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/**
 * Endpoint, headers and the rest of the preset. Warnings name variables and never what they hold.
 *
 * Where only the user can know the endpoint and has not said it, no headers follow either: their secrets would go to
 * whoever listens at the default.
 */
export const derivePreset: DeriveOptions<typeof otlpOptions> = (values, environment, isSet) => {
  const name = values.preset;
  if (name === undefined) return undefined;
  const preset = presets[name];
  const { temporality, compression, histogramAggregation, maxRequestBytes } = preset;
  const warnings: string[] = [];
  const endpoint = isSet('endpoint') ? undefined : endpointOf(preset, environment, warnings);
  if (isSet('endpoint')) warnOfPath(name, preset, values.endpoint, warnings);
  const known = isSet('endpoint') || endpoint !== undefined;
  if (!known) warnings.push(missingEndpoint(name, preset));
  const presetHeaders =
    known && !isSet('presetHeaders') ? headersOf(name, preset, values.headers, environment, warnings) : {};
  const derived: { -readonly [K in keyof OptionValues<typeof otlpOptions>]?: OptionValues<typeof otlpOptions>[K] } = {
    presetHeaders,
    temporality,
    compression,
  };
  if (endpoint !== undefined) derived.endpoint = endpoint;
  if (histogramAggregation !== undefined) derived.histogramAggregation = histogramAggregation;
  if (maxRequestBytes !== undefined) derived.maxRequestBytes = maxRequestBytes;
  return { values: derived, from: `preset ${name}`, warnings };
};

/** A variable that is empty counts as not set, and none has blanks around it that are meant. */
function read(environment: Environment, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined;
}

function ignored(where: string, expected: string): string {
  return `${renderProblem({ where, value: '[redacted]', expected })}; it is ignored`;
}

function endpointOf({ endpoint }: Preset, environment: Environment, warnings: string[]): string | undefined {
  const { url, choice } = endpoint;
  const text = choice === undefined ? undefined : read(environment, choice.variable);
  if (choice === undefined || text === undefined) return url;
  const chosen = choice.urlOf(text);
  if (chosen !== undefined && otlpOptions.endpoint.accepts(chosen)) return chosen;
  warnings.push(ignored(choice.variable, choice.expected));
  return url;
}

function missingEndpoint(name: string, { endpoint }: Preset): string {
  const { choice, example = '' } = endpoint;
  const variables = [choice?.variable, 'OTEL_EXPORTER_OTLP_ENDPOINT'].filter((variable) => variable !== undefined);
  return (
    `otlp.endpoint: preset ${name} needs that of your organization: set ${variables.join(' or ')} to a base such as ` +
    `${example.replace(/\/v1\/metrics$/, '')}. Until then no headers of the preset are sent`
  );
}

/** A base that is right elsewhere and has no path here is the likeliest mistake; a proxy's path is the user's affair. */
function warnOfPath(name: string, { endpoint }: Preset, chosen: string, warnings: string[]): void {
  const expected = new URL(endpoint.url ?? endpoint.example ?? chosen).pathname;
  const usual = '/v1/metrics';
  if (expected === usual || new URL(chosen).pathname !== usual) return;
  const base = expected.slice(0, -usual.length);
  warnings.push(
    `otlp.endpoint: its path is ${usual}, and that of preset ${name} is ${expected}; OTEL_EXPORTER_OTLP_ENDPOINT is a ` +
      `base that ${usual.slice(1)} is added to, and would end in ${base}`,
  );
}

function headersOf(name: string, preset: Preset, own: Headers, environment: Environment, warnings: string[]): Headers {
  const ownNames = new Set(Object.keys(own).map((key) => key.toLowerCase()));
  const headers: Record<string, string> = {};
  for (const header of preset.headers) {
    if (ownNames.has(header.name)) continue;
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
    const text = variables.map((variable) => read(environment, variable)).find((found) => found !== undefined);
    if (text !== undefined) texts.push(text);
    else if (header.needed) {
      warnings.push(`${variables.join(' or ')} is not set: preset ${preset} takes its header ${header.name} from it`);
    }
  }
  if (texts.length < header.parts.length) return undefined;
  const value = header.valueOf(texts);
  if (otlpOptions.presetHeaders.accepts({ [header.name]: value })) return value;
  warnings.push(ignored(header.parts.flat().join(' or '), 'what a header of HTTP can carry'));
  return undefined;
}
