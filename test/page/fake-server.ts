/** Fake of the endpoint of live metrics: serves the page, and a stream of plausible values. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { buildPage } from '../../scripts/build-page.mjs';
import type {
  CurrentSeries,
  PageBackend,
  PageHistory,
  PageUpdate,
  PastSeries,
  StreamMessage,
  Subscription,
} from '../../src/backends/live/messages.js';
import { shipped } from '../../src/dashboards/index.js';
import { fakeModel, hostileTexts, metricSeries, seriesOf } from './fake-model.js';
import { fakeValue } from './fake-values.js';

/** Options of the fake. */
export interface FakeOptions {
  /** A free port by default. */
  readonly port?: number;
  readonly hostile?: boolean;
  /** Seconds of the past that are sent; 900 by default. */
  readonly history?: number;
  /** Seconds before now between which the past has no values. */
  readonly gap?: readonly [from: number, to: number];
  /** Series of a dashboard in place of each one. */
  readonly copies?: number;
  /** Why the first panel is not live. */
  readonly obstacle?: string;
  /** Legend of series that have values in the last seconds only. */
  readonly late?: { readonly legend: string; readonly seconds: number };
}

/** Running fake. */
export interface FakeServer {
  readonly url: string;
  readonly port: number;
  /** Subscriptions received, oldest first. */
  readonly subscriptions: readonly Subscription[];
  /** Size of the compressed page. */
  readonly bytes: number;
  /** Returns the number of updates sent. */
  sent(): number;
  /** Holds answers to subscriptions back, until the returned function is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

const path = '/api/v1/metrics/stream';
let built: ReturnType<typeof buildPage> | undefined;

/** Starts the fake. */
export async function startFakeServer({
  port = 0,
  hostile = false,
  history = 900,
  gap = [0, 0],
  copies = 1,
  obstacle,
  late,
}: FakeOptions = {}): Promise<FakeServer> {
  built ??= buildPage();
  const { gzip, csp } = await built;
  const subscriptions: Subscription[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(404).end();
    return response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-encoding': 'gzip',
        'content-security-policy': csp,
        'x-content-type-options': 'nosniff',
      })
      .end(gzip);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const streams = new WebSocketServer({ server, path });
  const scene: Scene = {
    started: Date.now(),
    hostile,
    history,
    gap,
    copies,
    obstacle,
    late,
    subscriptions,
    updates: 0,
    held: undefined,
  };
  streams.on('connection', (socket) => serve(socket, scene));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    subscriptions,
    bytes: gzip.length,
    sent: () => scene.updates,
    hold() {
      const held: (() => void)[] = [];
      scene.held = held;
      return () => {
        scene.held = undefined;
        for (const answer of held) answer();
      };
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      streams.close();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Scene {
  readonly started: number;
  readonly hostile: boolean;
  readonly history: number;
  readonly gap: readonly [from: number, to: number];
  readonly copies: number;
  readonly obstacle: string | undefined;
  readonly late: FakeOptions['late'];
  readonly subscriptions: Subscription[];
  updates: number;
  held: (() => void)[] | undefined;
}

function serve(socket: WebSocket, scene: Scene): void {
  const { hostile, history, gap, copies, late, subscriptions } = scene;
  const model = fakeModel(scene);
  let dashboard: string | undefined;
  let metric: string | undefined;
  let conditions: Readonly<Record<string, string>> = {};
  let isFirst = true;
  const send = (message: StreamMessage) => socket.send(JSON.stringify(message));
  const panelsOf = Object.fromEntries(
    model.dashboards.map(({ name }) => [name, shipped[name]?.dashboard().rows.flatMap((row) => row.panels) ?? []]),
  );
  const dashboardSeries = (time: number) => {
    const open = model.dashboards.find(({ name }) => name === dashboard);
    const panels = panelsOf[dashboard ?? ''] ?? [];
    const single = open === undefined || !passesFilter() ? [] : seriesOf(open, panels, time);
    const isLate = (legend: string) => legend === late?.legend && time < Date.now() - late.seconds * 1_000;
    const series = single
      .map((each) => (isLate(each.legend) ? { ...each, value: null } : each))
      .flatMap((each) =>
        Array.from({ length: copies }, (_, copy) =>
          copy === 0 ? each : { ...each, legend: `${each.legend} ${copy}` },
        ),
      );
    return hostile
      ? series.map((each) => ({ ...each, legend: `${hostileTexts[0]}${hostileTexts[4]}${each.legend}` }))
      : series;
  };
  /** No series has the value "none", and series have the attributes of the metrics of their dashboard. */
  const passesFilter = () =>
    Object.entries(conditions).every(
      ([attribute, value]) =>
        value !== 'none' &&
        model.metrics.some(({ group, attributes }) => group === dashboard && attributes.includes(attribute)),
    );
  const openSeries = (time: number) => {
    const open = model.metrics.find(({ name }) => name === metric);
    return open === undefined ? [] : metricSeries(open, time);
  };
  const metricValues = (time: number) =>
    model.metrics.map(
      ({ name, unit, kind }) => [name, fakeValue(name, kind === 'counter' ? `${unit}/s` : unit, time)] as const,
    );

  const sendHistory = (withMetrics: boolean) => {
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    for (let first = now - history * 1_000; first < now; first += 180_000) {
      const times = Array.from(
        { length: Math.min(180, (now - first) / 1_000) },
        (_, index) => first + index * 1_000,
      ).filter((time) => time < now - gap[0] * 1_000 || time > now - gap[1] * 1_000);
      const message: PageHistory = {
        type: 'page.history',
        times,
        ...(withMetrics ? { metrics: columns(times, metricValues) } : {}),
        ...(dashboard === undefined ? {} : { dashboard: { name: dashboard, series: past(times, dashboardSeries) } }),
        ...(metric === undefined ? {} : { metric: { name: metric, series: past(times, openSeries) } }),
      };
      send(message);
    }
  };
  const sendUpdate = () => {
    const time = Date.now();
    const update: PageUpdate = {
      type: 'page.update',
      time,
      metrics: Object.fromEntries(metricValues(time)),
      ...(dashboard === undefined ? {} : { dashboard: { name: dashboard, series: dashboardSeries(time) } }),
      ...(metric === undefined ? {} : { metric: { name: metric, series: openSeries(time), total: 41 } }),
      budgets: model.metrics.slice(0, 24).map(({ name, attributes }, index) => ({
        metric: name,
        used: index === 1 ? 2_000 : index === 4 ? 1_712 : Math.round(1_500 / (index + 2)),
        limit: 2_000,
        ...(attributes[0] === undefined ? {} : { attribute: attributes[0], values: Math.round(900 / (index + 1)) }),
      })),
      backends: backends(time, hostile),
    };
    send(update);
    scene.updates += 1;
  };

  const answer = (subscription: Subscription) => {
    const next = subscription.where ?? {};
    const hasMetrics = isFirst || JSON.stringify(next) !== JSON.stringify(conditions);
    conditions = next;
    dashboard = subscription.page?.dashboard;
    metric = subscription.page?.metric;
    if (isFirst) send(model);
    sendHistory(hasMetrics);
    isFirst = false;
    sendUpdate();
  };
  socket.on('message', (text) => {
    const subscription = JSON.parse(String(text)) as Subscription;
    subscriptions.push(subscription);
    if (scene.held === undefined) answer(subscription);
    else scene.held.push(() => answer(subscription));
  });
  const timer = setInterval(sendUpdate, 1_000);
  socket.on('close', () => clearInterval(timer));
}

function backends(time: number, hostile: boolean): PageBackend[] {
  return [
    { name: 'prometheus', state: 'ok', delivered: 48_210, failed: 0, last_success: time - 4_000 },
    {
      name: 'otlp',
      state: 'failing',
      delivered: 12_800,
      failed: 640,
      last_success: time - 95_000,
      reason: hostile ? hostileTexts[0] : 'connect ECONNREFUSED 127.0.0.1:4318',
    },
  ];
}

function past(times: readonly number[], at: (time: number) => CurrentSeries[]): PastSeries[] {
  const columnsOf = times.map(at);
  return (columnsOf[0] ?? []).map(({ value: _, ...series }, position) => ({
    ...series,
    values: columnsOf.map((column) => column[position]?.value ?? null),
  }));
}

function columns(times: readonly number[], at: (time: number) => readonly (readonly [string, number])[]) {
  const rows = times.map(at);
  return Object.fromEntries(
    (rows[0] ?? []).map(([name], position) => [name, rows.map((row) => row[position]?.[1] ?? null)]),
  );
}
