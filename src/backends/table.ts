/** Backends by the word that selects them in `OTEL_METRICS_EXPORTER`. A new one is a folder and a line here. */
import type { BackendKind } from '../delivery/contract.js';
import { consoleKind } from './console/kind.js';
import { datadogKind } from './datadog/kind.js';
import { otlpKind } from './otlp/kind.js';
import { prometheusKind } from './prometheus/kind.js';
import { pushgatewayKind } from './pushgateway/kind.js';

// biome-ignore lint/suspicious/noExplicitAny: kinds differ in their options, and only each kind knows its own.
type AnyBackendKind = BackendKind<any>;

/** Kinds are light: what encodes and sends is loaded when one is started. */
export const backendKinds: Readonly<Record<string, AnyBackendKind>> = {
  prometheus: prometheusKind,
  otlp: otlpKind,
  datadog: datadogKind,
  console: consoleKind,
  pushgateway: pushgatewayKind,
};
