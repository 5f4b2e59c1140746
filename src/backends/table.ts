/** Table of backends by their name in `OTEL_METRICS_EXPORTER`. A new backend is a folder and a line in this table. */
import type { BackendKind } from '../delivery/contract.js';
import { consoleKind } from './console/kind.js';
import { datadogKind } from './datadog/kind.js';
import { otlpKind } from './otlp/kind.js';
import { prometheusKind } from './prometheus/kind.js';
import { pushgatewayKind } from './pushgateway/kind.js';

// biome-ignore lint/suspicious/noExplicitAny: kinds differ in their options, and only each kind knows its own.
type AnyBackendKind = BackendKind<any>;

/** Backend kinds by name. A kind loads its encoder and its transport when it starts. */
export const backendKinds: Readonly<Record<string, AnyBackendKind>> = {
  prometheus: prometheusKind,
  otlp: otlpKind,
  datadog: datadogKind,
  console: consoleKind,
  pushgateway: pushgatewayKind,
};
