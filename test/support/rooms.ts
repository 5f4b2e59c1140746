/** The rooms of `src/` and the imports that each may have. `test/architecture.test.ts` checks every source file. */

/** The permitted imports of a room. */
export interface Rule {
  /** Rooms that the room may import; `types:` permits types only, `x/*` every room below `x`. */
  readonly ours: readonly string[];
  /** Packages and Node modules that the room may import; `types:` permits types only. */
  readonly theirs: readonly string[];
}

const types = (...names: string[]) => names.map((name) => `types:${name}`);
/** Stands for every module of Node. */
export const anyNode = 'node:*';
const api = '@opentelemetry/api';

/** A backend: options and wiring. Never the engine, never another backend. */
function backend(...libraries: string[]): Rule {
  return {
    ours: ['errors', 'options', 'model', 'naming', 'formats', 'delivery'],
    theirs: [api, anyNode, ...libraries],
  };
}

/** A pack: metrics, a recorder, and panels in entry points of their own. */
function pack(...libraries: string[]): Rule {
  return {
    ours: [
      'packs/kit',
      'model',
      'types:delivery',
      'catalogue',
      'errors',
      'options',
      // From dashboards and alerts only, which are an entry point of their own.
      'panels',
      'types:engine',
      'types:collectors/runtime',
      'types:collectors/host',
      'types:collectors/gpu',
    ],
    theirs: libraries,
  };
}

/** Rooms that a collector may import; `collectors` itself is the last. */
const collector = ['errors', 'options', 'model', 'catalogue', 'panels', 'collectors'];

const everyBackend = ['backends', 'backends/*'];
const everyRoomOfStart = [
  'errors',
  'options',
  'model',
  'naming',
  'formats',
  'delivery',
  'catalogue',
  'engine',
  'settings',
  ...everyBackend,
];

/** Rules by room. Every room may also import `version`. */
export const rules: Readonly<Record<string, Rule>> = {
  errors: { ours: [], theirs: [] },
  version: { ours: [], theirs: [] },
  options: { ours: ['errors'], theirs: [] },
  model: { ours: [], theirs: types(api) },
  naming: { ours: ['model'], theirs: [] },
  formats: {
    ours: ['model', 'naming', 'options'],
    theirs: [...types(api), anyNode],
  },
  delivery: {
    ours: ['errors', 'options', 'model'],
    theirs: [api, anyNode],
  },
  catalogue: { ours: ['errors', 'model', 'naming'], theirs: [api] },
  engine: { ours: ['errors', 'model', 'catalogue'], theirs: [api] },
  panels: { ours: ['errors', 'model', 'naming', 'catalogue'], theirs: ['@prometheus-io/lezer-promql'] },
  settings: {
    ours: ['errors', 'options', 'model'],
    theirs: [api, 'yaml'],
  },
  // The table of backends, and the entry point for authors of backends.
  backends: { ours: [...backend().ours, 'backends/*'], theirs: backend().theirs },
  'backends/console': backend(),
  'backends/datadog': backend(),
  'backends/otlp': backend('@grpc/grpc-js'),
  'backends/prometheus': backend('bcryptjs?source', 'yaml', '@opentelemetry/exporter-prometheus'),
  // The live view evaluates the panels of the dashboards.
  'backends/live': {
    ours: [...backend().ours, 'panels', 'dashboards'],
    theirs: [...backend().theirs, 'ws', 'page?built'],
  },
  page: { ours: ['types:panels', 'types:backends/live'], theirs: ['preact', 'preact/*', '@preact/signals', 'uplot'] },
  'backends/pushgateway': backend(),
  'packs/kit': { ours: ['model', 'catalogue', 'errors', 'options', 'panels', 'types:collectors/gpu'], theirs: [] },
  'packs/agent': pack(),
  // The dashboard and the alerts of a benchmark show the resources that the collectors measure.
  'packs/benchmark': {
    ...pack(),
    ours: [...pack().ours, 'collectors/host', 'collectors/container', 'collectors/gpu'],
  },
  'packs/gateway': pack(),
  'packs/genai': pack('@pydantic/genai-prices'),
  'packs/http': pack(anyNode),
  'packs/inference': pack(),
  'packs/vision': pack('node:util'),
  collectors: { ours: collector.filter((room) => room !== 'panels' && room !== 'collectors'), theirs: ['node:fs'] },
  'collectors/application': { ours: collector, theirs: [] },
  'collectors/container': { ours: collector, theirs: [anyNode] },
  'collectors/gpu': { ours: collector, theirs: [anyNode, 'koffi'] },
  'collectors/host': { ours: collector, theirs: [...types(api), anyNode, '@opentelemetry/host-metrics'] },
  'collectors/runtime': { ours: collector, theirs: [anyNode] },
  dashboards: { ours: ['catalogue', 'panels', 'health', 'packs/*', 'collectors/*'], theirs: [] },
  generate: {
    ours: ['errors', 'naming', 'catalogue', 'panels'],
    theirs: ['yaml', '@grafana/grafana-foundation-sdk/*'],
  },
  cli: {
    ours: [
      ...['errors', 'options', 'model', 'naming', 'delivery', 'catalogue', 'panels', 'dashboards', 'generate'],
      'backends/console',
    ],
    theirs: [anyNode, 'commander'],
  },
  // Metrics, dashboard and rules of the SDK itself. Only its dashboard and rules import `panels` and `collectors`.
  health: { ours: ['errors', 'model', 'catalogue', 'engine', 'panels', 'collectors'], theirs: [] },
  testing: { ours: [...everyRoomOfStart, 'start'], theirs: [anyNode] },
  start: {
    // The packs and collectors that can be started by name, and the quantiles of the interpreter.
    ours: [...everyRoomOfStart, 'panels', 'health', 'packs/*', 'collectors/*'],
    theirs: [api, anyNode, '@opentelemetry/resources', '@opentelemetry/configuration'],
  },
  register: { ours: ['start', 'packs/http'], theirs: [anyNode] },
  index: { ours: [...everyRoomOfStart, 'start'], theirs: [] },
};

/** Files of packs and collectors that have panels. A program that only records does not load them. */
export const hasPanels = /^(?:packs|collectors)\/.*\/(?:dashboard\/.*|(?:dashboard|alerts|queries)[^/]*\.ts)$/;
