/** Dashboards of Grafana of the test catalogue: structure, layout, and other names made from the rendered JSON. */
import { expect, test } from 'vitest';
import { grafanaDashboard } from '../../src/generate/grafana/dashboard.js';
import { retarget } from '../../src/generate/grafana/retarget.js';
import { loadFoundationSdk } from '../../src/generate/grafana/sdk.js';
import { grafanaUnit } from '../../src/generate/grafana/units.js';
import {
  dashboard,
  dashboardFor,
  distribution,
  type PanelKind,
  panel,
  quantile,
  rate,
  row,
  value,
} from '../../src/panels/index.js';
import { catalogueDashboard } from '../../src/panels/of-catalogue.js';
import { shop, shopCatalogue } from '../panels/catalogue.js';

const sdk = await loadFoundationSdk();

const kinds: readonly PanelKind[] = ['timeseries', 'stat', 'gauge', 'bars', 'table', 'pie', 'states'];

const everyKind = dashboard({
  uid: 'shop-kinds',
  title: 'Every kind',
  description: 'Panels of every kind; $job and [[job]] are text.',
  refresh: '5s',
  last: '15m',
  tags: ['shop'],
  variables: [{ attribute: 'channel', metric: shop.orders }],
  rows: [
    row('Kinds', [
      ...kinds.map((kind) =>
        panel({
          title: `Orders as ${kind}`,
          kind,
          queries: { query: rate(shop.orders, { by: ['channel'] }), legend: 'orders of {channel}' },
          roles: kind === 'stat' ? ['business'] : ['operator'],
        }),
      ),
      panel({ title: 'Distribution', kind: 'heatmap', queries: distribution(shop.checkout) }),
    ]),
    row('Options', [
      panel({
        title: 'Percentiles',
        queries: [quantile(0.5, shop.checkout), { query: quantile(0.99, shop.checkout), legend: 'p99' }],
        thresholds: [
          { from: 0.5, level: 'warning' },
          { from: 1, level: 'critical' },
        ],
        min: 0,
        decimals: 2,
      }),
      panel({ title: 'Stock', queries: value(shop.stock), stacked: true, width: 24, height: 6, max: 9 }),
    ]),
  ],
});

const overview = catalogueDashboard(shopCatalogue, { uid: 'shop', title: 'Shop' });

test.each([everyKind, overview])('JSON of $title', async (each) => {
  const text = `${JSON.stringify(grafanaDashboard(sdk, each), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../golden/generate/${each.uid}.json`);
});

interface Rendered {
  panels: {
    id: number;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: { refId: string }[];
  }[];
}

test.each([everyKind, overview])('ids and refIds are unique and no panels of $title overlap', (each) => {
  const { panels } = grafanaDashboard(sdk, each) as Rendered;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { targets = [], gridPos } of panels) {
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  }
});

test.each([
  ['OTLP', everyKind, { path: 'otlp' }],
  ['UTF-8 names', everyKind, { strategy: 'NoTranslation' }],
  ['operators', dashboardFor('operator', everyKind), {}],
  ['business', dashboardFor('business', everyKind), { histograms: 'native' }],
] as const)('the rendered JSON becomes that of %s without the foundation SDK', (_, wanted, naming) => {
  const json = (value: object) => JSON.parse(JSON.stringify(value));
  const rendered = json(grafanaDashboard(sdk, everyKind));
  expect(json(retarget(rendered, wanted, naming))).toEqual(json(grafanaDashboard(sdk, wanted, naming)));
});

test.each([
  ['s', 's'],
  ['1', 'percentunit'],
  ['{order}', 'short'],
  ['{order}/s', 'suffix:/s'],
  ['By/s', 'Bps'],
  ['{factor}', 'suffix:x'],
  ['furlong', 'suffix: furlong'],
])('unit %s is %s', (unit, expected) => {
  expect(grafanaUnit(unit)).toBe(expected);
});
