/** Reads subscriptions from messages and queries of clients. Texts about their errors contain no part of them. */
import type { LiveFeed } from '../feed.js';
import type { PageView, Subscription } from '../messages.js';

/** A valid subscription, or what is wrong with it. */
export type ReadSubscription = { readonly subscription: Subscription } | { readonly defect: string };

type Fields = Readonly<Record<string, unknown>>;

const maxIntervalMs = 60_000;

/** Expected value of each field, and its check. */
const fields: Readonly<Record<keyof Subscription, readonly [expected: string, accepts: (value: unknown) => boolean]>> =
  {
    type: ['"subscribe"', (value) => value === 'subscribe'],
    packs: ['a list of names, such as ["gateway"]', isNames],
    metrics: ['a list of names, such as ["shop.orders"]', isNames],
    where: [
      'an object of texts, such as {"region":"eu"}',
      (value) => isObject(value) && Object.values(value).every(isText),
    ],
    interval_ms: [
      `a multiple of 1000 from 1000 to ${maxIntervalMs}`,
      (value) => typeof value === 'number' && value >= 1000 && value <= maxIntervalMs && value % 1000 === 0,
    ],
    page: ['an object with dashboard and metric, which are names', isPageView],
  };

/** Reads a message of a client. */
export function readMessage(text: string): ReadSubscription {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { defect: 'expected a JSON text such as {"type":"subscribe","packs":["gateway"]}' };
  }
  if (!isObject(message)) return { defect: 'expected an object such as {"type":"subscribe","packs":["gateway"]}' };
  if (message['type'] === undefined) return { defect: `type: expected ${fields.type[0]}` };
  return checked(message);
}

const parameters = ['packs', 'metrics', 'where', 'interval', 'subscription'];

/** Defects of a query, by the field of a subscription that its parameter sets. */
const defectsOfQuery: Readonly<Record<string, string>> = {
  packs: 'packs: expected names separated by commas, such as packs=gateway',
  metrics: 'metrics: expected names separated by commas, such as metrics=shop.orders',
  interval_ms: `interval: expected milliseconds, ${fields.interval_ms[0]}, such as interval=2000`,
};

/** Reads the query of a request; `undefined` without a parameter, for the default subscription. */
export function readQuery(query: URLSearchParams): ReadSubscription | undefined {
  const names = [...query.keys()];
  if (names.length === 0) return undefined;
  if (names.some((name) => !parameters.includes(name))) {
    return { defect: `unknown parameter; known parameters: ${parameters.join(', ')}` };
  }
  const message = query.get('subscription');
  if (message !== null) {
    const read = names.length === 1 ? readMessage(message) : { defect: 'expected no other parameter' };
    return 'defect' in read ? { defect: `subscription: ${read.defect}` } : read;
  }
  const lists = ['packs', 'metrics'].filter((name) => query.has(name));
  const where = query.getAll('where').map((pair) => pair.split(/=(.*)/s));
  if (where.some(([name, value]) => !name || value === undefined)) {
    return { defect: 'where: expected name=value, such as where=region=eu' };
  }
  const interval = query.get('interval');
  const fieldsOfQuery = {
    type: 'subscribe',
    ...Object.fromEntries(lists.map((name) => [name, query.getAll(name).flatMap((names) => names.split(','))])),
    ...(where.length === 0 ? {} : { where: Object.fromEntries(where) }),
    ...(interval === null ? {} : { interval_ms: /^\d+$/.test(interval) ? Number(interval) : undefined }),
  };
  const wrong = wrongField(fieldsOfQuery);
  return wrong === undefined
    ? { subscription: fieldsOfQuery as unknown as Subscription }
    : { defect: defectsOfQuery[wrong] as string };
}

/** Replaces a subscription with what the feed finds wrong with its names. */
export function withKnownNames(read: ReadSubscription, feed: Pick<LiveFeed, 'defectOf'>): ReadSubscription {
  const defect = 'subscription' in read ? feed.defectOf(read.subscription) : undefined;
  return defect === undefined ? read : { defect };
}

/** Checks all fields; a field with the value `undefined` is wrong. */
function checked(message: Fields): ReadSubscription {
  for (const name of Object.keys(message)) {
    if (!Object.hasOwn(fields, name))
      return { defect: `unknown field; known fields: ${Object.keys(fields).join(', ')}` };
  }
  const wrong = wrongField(message);
  return wrong === undefined
    ? { subscription: message as unknown as Subscription }
    : { defect: `${wrong}: expected ${fields[wrong][0]}` };
}

/** Returns the name of the first field with an invalid value; `undefined` without such a field. */
function wrongField(message: Fields): keyof Subscription | undefined {
  const names = Object.keys(fields) as (keyof Subscription)[];
  return names.find((name) => Object.hasOwn(message, name) && !fields[name][1](message[name]));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => isText(name) && name !== '');
}

const pageFields: readonly (keyof PageView)[] = ['dashboard', 'metric'];

function isPageView(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(([name, field]) => (pageFields as readonly string[]).includes(name) && isText(field))
  );
}
