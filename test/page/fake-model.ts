/** Model of an application with a gateway, a shop and the collectors, from the dashboards that are shipped. */
import type {
  CurrentSeries,
  PageDashboard,
  PageMetric,
  PageModel,
  PagePanel,
  PageSeries,
} from '../../src/backends/live/messages.js';
import type { Catalogue, Metric } from '../../src/catalogue/catalogue.js';
import { shipped } from '../../src/dashboards/index.js';
import { counter, defineCatalogue, gauge, histogram, oneOf, text } from '../../src/index.js';
import { type Dashboard, type Panel, promql, queryNames } from '../../src/panels/index.js';
import { catalogueDashboard } from '../../src/panels/of-catalogue.js';
import { fakeValue } from './fake-values.js';

const names = queryNames();
const valuesOf: Readonly<Record<string, readonly string[]>> = {
  provider: ['openai', 'anthropic', 'mistral'],
  model: ['gpt-5-mini', 'claude-sonnet-4-5', 'ministral-8b'],
  application: ['support-bot', 'search', 'batch'],
  'error.type': ['rate_limit', 'timeout'],
  token_type: ['input', 'output', 'cached'],
  outcome: ['accepted', 'sampled'],
  fallback_provider: ['mistral'],
  'v8js.heap.space.name': ['new_space', 'old_space', 'code_space', 'large_object_space'],
  'v8js.gc.type': ['minor', 'major', 'incremental'],
  'v8js.resource.type': ['TCPSocketWrap', 'Timeout', 'TCPServerWrap'],
  'cpu.mode': ['user', 'system'],
  job: ['storefront'],
  instance: ['localhost:9464'],
};

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders accepted.',
    attributes: { channel: oneOf('web', 'app'), region: text({ limit: 20 }) },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time from the request of a checkout to its answer.',
    attributes: { channel: oneOf('web', 'app') },
  }),
  stock: gauge({
    name: 'shop.stock',
    unit: '{item}',
    description: 'Items in the warehouse.',
    attributes: { warehouse: text({ limit: 20 }) },
  }),
});

/** Texts that would run or change the page if they became markup, or change how the text beside them is read. */
export const hostileTexts = [
  '<img src=x onerror="window.attacked=1">',
  '</script><script>window.attacked=2</script>',
  'javascript:window.attacked=3',
  '"><svg onload=window.attacked=4>',
  'invoice\u202egpj.exe\u2066\u0007',
] as const;

/** Options of the fake model. */
export interface FakeModelOptions {
  readonly started: number;
  readonly hostile?: boolean;
  /** Why the first panel is not live. */
  readonly obstacle?: string | undefined;
}

/** Returns the model. With `hostile`, names, descriptions and units hold hostile texts. */
export function fakeModel({ started, hostile = false, obstacle }: FakeModelOptions): PageModel {
  const groups = ['gateway', 'http', 'runtime', 'host', 'health'] as const;
  const shippedParts = groups.map((name) => {
    const part = shipped[name];
    if (part === undefined) throw new Error(`no dashboard of ${name}`);
    return { name, dashboard: part.dashboard(), catalogue: part.catalogue() };
  });
  const shopDashboard = catalogueDashboard(shop, { uid: 'shop', title: 'Shop' });
  const parts = [...shippedParts, { name: 'shop', dashboard: shopDashboard, catalogue: shop }];
  const model: PageModel = {
    type: 'page.model',
    application_id: 'storefront',
    version: '0.1.0',
    started,
    retention_ms: 900_000,
    dashboards: parts.map(({ name, dashboard }) => pageDashboard(name, dashboard)),
    metrics: parts.flatMap(({ name, catalogue }) => metricsOf(name, catalogue)),
  };
  if (hostile) return withHostileTexts(model);
  return obstacle === undefined ? model : withObstacle(model, obstacle);
}

function pageDashboard(name: string, { title, description, rows }: Dashboard): PageDashboard {
  return {
    name,
    title,
    description,
    rows: rows.map((row) => ({ title: row.title, panels: row.panels.map(pagePanel) })),
  };
}

function pagePanel(panel: Panel): PagePanel {
  const { title, description, kind, unit, decimals, min, max, stacked, thresholds = [], width, queries } = panel;
  const isLong = queries.some(({ query }) => /\[(?:1d|1h|30m)/.test(promql(query, { names, autoWindow: '1m' })));
  return {
    title,
    description,
    kind,
    unit,
    ...(kind === 'heatmap' ? { bucket_unit: 's' } : {}),
    ...(decimals === undefined ? {} : { decimals }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(stacked === undefined ? {} : { stacked }),
    thresholds,
    width,
    promql: queries.map(({ query }) => promql(query, { names, autoWindow: '1m' })),
    ...(isLong ? { obstacle: 'its window is longer than the 15 minutes that are kept.' } : {}),
  };
}

function metricsOf(group: string, { metrics }: Pick<Catalogue, 'metrics'>): PageMetric[] {
  return metrics.map((metric: Metric) => {
    const exposed = names.metric(metric).sample;
    const kind = kindOf(metric);
    const shown = kind === 'counter' ? 'rate' : kind === 'histogram' ? 'p95' : 'value';
    return {
      name: metric.name,
      exposed,
      kind,
      unit: metric.unit ?? '',
      description: metric.description ?? '',
      attributes: Object.keys(metric.attributes ?? {}),
      group,
      shown,
      promql: shown === 'rate' ? `sum(rate(${exposed}[1m]))` : exposed,
    };
  });
}

function kindOf({ kind }: Metric): PageMetric['kind'] {
  if (kind === 'histogram') return 'histogram';
  if (kind.endsWith('pDownCounter')) return 'upDownCounter';
  return kind.endsWith('ounter') ? 'counter' : 'gauge';
}

function withObstacle(model: PageModel, obstacle: string): PageModel {
  const [first, ...others] = model.dashboards;
  const [row, ...rows] = first?.rows ?? [];
  const [panel, ...panels] = row?.panels ?? [];
  if (first === undefined || row === undefined || panel === undefined) return model;
  const rest = { ...row, panels: [{ ...panel, obstacle }, ...panels] };
  return { ...model, dashboards: [{ ...first, rows: [rest, ...rows] }, ...others] };
}

function withHostileTexts(model: PageModel): PageModel {
  const [image, script, link, svg, reversed] = hostileTexts;
  const metric: PageMetric = {
    name: image,
    exposed: script,
    kind: 'counter',
    unit: svg,
    description: `${script} ${reversed}`,
    attributes: [link, image, reversed],
    group: svg,
    shown: 'rate',
    promql: script,
  };
  const [first, ...rest] = model.dashboards;
  if (first === undefined) return model;
  const hostilePanels = first.rows.flatMap(({ panels }) => panels.slice(0, 2)).slice(0, 5);
  const panels = hostilePanels.map((panel, index) => ({
    ...panel,
    title: `${hostileTexts[index]}`,
    description: `${script} ${reversed}`,
    unit: index % 2 === 0 ? `{${image}}/s` : reversed,
    promql: [script, reversed],
    obstacle: index === 3 ? image : undefined,
  }));
  const dashboard = {
    name: link,
    title: image,
    description: `${script} ${reversed}`,
    rows: [
      {
        title: svg,
        panels: panels.map(({ obstacle, ...panel }) => (obstacle === undefined ? panel : { ...panel, obstacle })),
      },
    ],
  };
  return {
    ...model,
    application_id: `${script} ${reversed}`,
    dashboards: [dashboard, first, ...rest],
    metrics: [metric, ...hostileTexts.slice(1).map((name) => ({ ...metric, name })), ...model.metrics],
  };
}

const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf'];

/** Returns the series of a dashboard's panels at a time. */
export function seriesOf(dashboard: PageDashboard, panelsOf: readonly Panel[], time: number): CurrentSeries[] {
  return dashboard.rows
    .flatMap(({ panels }) => panels)
    .filter(({ obstacle }) => obstacle === undefined)
    .flatMap((panel, position) => {
      if (panel.kind === 'heatmap') return heatmapSeries(panel, time);
      const queries = panelsOf[position]?.queries ?? panel.promql.map(() => ({ legend: undefined }));
      const series = panel.promql.flatMap((_, query) =>
        legendsOf(queries[query]?.legend ?? '').map((legend) => ({
          panel: panel.title,
          query,
          legend,
          value: fakeValue(`${panel.title}${legend}${query}`, panel.unit, time) * (1 + query * 0.6),
        })),
      );
      // A process has the series of a metric in the order of their first values.
      return panel.title.startsWith('Failed') ? series.reverse() : series;
    });
}

/** Returns cumulative rates, as Prometheus has them: most observations lie between 100 ms and a second. */
function heatmapSeries({ title }: PagePanel, time: number): CurrentSeries[] {
  let sum = 0;
  return bounds.map((legend, index) => {
    sum += fakeValue(`${title}${legend}`, '{request}/s', time) * Math.exp(-((index - 6) ** 2) / 3);
    return { panel: title, query: 0, legend, value: sum };
  });
}

function legendsOf(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].reduce<string[]>(
    (legends, [placeholder, label = '']) =>
      legends.flatMap((legend) => (valuesOf[label] ?? [label]).map((value) => legend.replace(placeholder, value))),
    [template],
  );
}

/** Returns the series of an open metric at a time. */
export function metricSeries({ name, kind, unit, attributes }: PageMetric, time: number): CurrentSeries[] {
  const series: PageSeries[] =
    kind === 'histogram'
      ? [0, 1, 2].map((query) => ({ query, legend: '' }))
      : ['a', 'b', 'c'].map((value) => ({
          query: 0,
          legend: attributes.map((key) => `${key}="${value}"`).join(', ') || value,
        }));
  const shownUnit = kind === 'counter' ? `${unit}/s` : unit;
  return series.map((each) => ({
    ...each,
    value: fakeValue(`${name}${each.legend}`, shownUnit, time) * (1 + each.query),
  }));
}
