/** Opens an endpoint: what it says, who may ask, and the server that it is asked through. Loaded when one is started. */
import type { BackendContext } from '../../delivery/contract.js';
import { openMetricsText, prometheusText } from '../../formats/prometheus/dialects.js';
import type { ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import { namesOf } from '../../formats/prometheus/exposition-names.js';
import { ProtobufExposition } from '../../formats/prometheus/protobuf.js';
import { TextExposition } from '../../formats/prometheus/text.js';
import type { OptionValues } from '../../options/option.js';
import { createEndpoint } from './endpoint.js';
import type { Answer } from './handlers.js';
import { type Negotiated, negotiate } from './negotiation.js';
import type { prometheusOptions } from './options.js';
import { longestOf, type ScrapeReader } from './reader.js';
import { type Protection, protectEndpoint } from './security/protection.js';
import { createSender } from './sending.js';
import { type ScrapeServer, serveScrapes } from './server.js';
import { StockExposition, stockSerializer } from './stock.js';

type Options = OptionValues<typeof prometheusOptions>;

/** An endpoint that answers. */
export interface OpenEndpoint {
  readonly answer: Answer;
  /** `undefined` when an application has the server. */
  readonly server: ScrapeServer | undefined;
}

/**
 * Opens an endpoint over what `reader` collects, with a server of its own unless an application has one.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_ENDPOINT_UNPROTECTED.
 */
export function openEndpoint(
  options: Options,
  context: BackendContext,
  reader: ScrapeReader,
  ownServer: boolean,
): OpenEndpoint {
  const { clock, warn } = context;
  const protection = protectEndpoint(options, { host: ownServer ? options.host : undefined, clock, warn });
  const answer = answerOf(options, protection, context, reader);
  if (!ownServer) return { answer, server: undefined };
  return { answer, server: serveScrapes(options.host, options.port, protection, answer, createSender(clock)) };
}

function answerOf(
  options: Options,
  { access, headers, admitsRate }: Protection,
  context: BackendContext,
  reader: ScrapeReader,
): Answer {
  const { stock, withoutTargetInfo, withoutScopeLabels } = options;
  const serializer = stock ? stockSerializer(withoutTargetInfo, withoutScopeLabels) : undefined;
  return createEndpoint({
    name: context.name,
    clock: context.clock,
    access,
    headers,
    admitsRate,
    timeoutMs: longestOf(context),
    maxInFlight: options.maxInFlight,
    basePath: options.basePath,
    dashboardUrl: options.dashboardUrl,
    running: () => reader.running,
    statuses: context.statuses,
    negotiate: serializer === undefined ? negotiate : () => negotiate(undefined),
    scrape: (wanted, timeoutMs) =>
      reader.scrape(`${wanted.format} ${wanted.escaping}`, timeoutMs, () =>
        serializer === undefined ? expositionOf(wanted, options, context) : new StockExposition(serializer),
      ),
  });
}

function expositionOf({ format, escaping }: Negotiated, options: Options, { warn }: BackendContext): ExpositionEncoder {
  const { translationStrategy, withoutScopeLabels, withoutTargetInfo, resourceLabels, createdSamples } = options;
  const shown = {
    names: namesOf(translationStrategy, escaping),
    scopeLabels: !withoutScopeLabels,
    targetInfo: !withoutTargetInfo,
    resourceLabels,
    createdSamples,
    warn: (message: string) => warn(`prometheus: ${message}`),
  };
  if (format === 'protobuf') return new ProtobufExposition(shown);
  return new TextExposition(format === 'text' ? prometheusText : openMetricsText, shown);
}
