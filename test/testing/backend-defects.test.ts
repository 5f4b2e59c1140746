/** Defects of a backend that delivers: each check of the conformance suite detects the defect that it is for. */
import type { Backend, BackendStatus } from 'otelier/backends';
import {
  type ArrivedPoint,
  type BackendSubject,
  backendConformance,
  type ConformanceCaseName,
} from 'otelier/testing/backend';
import { expect, test } from 'vitest';
import { lineSubject } from './line-backend.js';

type Target = Parameters<BackendSubject['create']>[0];

/** Defect of a backend that is otherwise correct, and the case that detects it. */
interface Defect {
  readonly defect: string;
  readonly of: ConformanceCaseName;
  readonly message: RegExp;
  readonly warn?: (message: string, warn: (message: string) => void) => void;
  readonly start?: (backend: Backend, target: Target, warn: (message: string) => void) => Partial<Backend>;
  readonly arrives?: (point: ArrivedPoint) => boolean;
}

/** Returns the line backend with a defect. */
function subjectWith({ warn: altered, start, arrives = () => true }: Defect): BackendSubject {
  const subject = lineSubject();
  return {
    ...subject,
    create(target) {
      const { kind, input } = subject.create(target);
      return {
        input,
        kind: {
          ...kind,
          start(values, context) {
            const warn = (message: string) => (altered ?? context.warn)(message, context.warn);
            const backend = kind.start(values, { ...context, warn });
            return { ...backend, ...start?.(backend, target, context.warn) };
          },
        },
      };
    },
    arrived: async (arrivals) => (await subject.arrived(arrivals)).filter(arrives),
  };
}

/** Returns a change of the status; `change` gets the correct status, and those that were returned before. */
const status =
  (change: (status: BackendStatus, before: readonly BackendStatus[]) => object): NonNullable<Defect['start']> =>
  (backend) => {
    const before: BackendStatus[] = [];
    return {
      status() {
        const correct = backend.status();
        const changed = { ...correct, ...change(correct, before) };
        before.push(correct);
        return changed;
      },
    };
  };

const refusal = 'recovers after the peer refuses requests';
const everyKind = 'delivers every instrument kind';
const account = 'accounts for every point';
const withPoints = (points: (correct: BackendStatus['points']) => object) =>
  status((correct) => ({ points: { ...correct.points, ...points(correct.points) } }));

const losses: readonly [metric: string, message: RegExp][] = [
  ['counter', /^counter: got/],
  ['updown', /^up-down counter: got/],
  ['gauge', /^gauge: got/],
  ['histogram', /^histogram: got/],
  ['observed_counter', /^observable counter: got/],
  ['observed_updown', /^observable up-down counter: got/],
  ['observed_gauge', /^observable gauge: got/],
];

const defects: readonly Defect[] = [
  ...losses.map(
    ([metric, message]): Defect => ({
      defect: `loses ${metric}`,
      of: everyKind,
      message,
      arrives: (point) => point.metric !== `conformance_${metric}`,
    }),
  ),
  {
    defect: 'loses a series',
    of: everyKind,
    message: /^counter: got/,
    arrives: ({ attributes }) => attributes['lane'] !== 'b',
  },
  {
    defect: 'loses a value at a shutdown',
    of: 'shuts down once when called repeatedly',
    message: /^counter value recorded before the shutdown/,
    arrives: () => false,
  },
  {
    defect: 'sends a request after a shutdown',
    of: 'shuts down once when called repeatedly',
    message: /^number of requests after a shutdown/,
    start({ reader }, { url }) {
      const shutdown = reader.shutdown.bind(reader);
      let calls = 0;
      reader.shutdown = async () => {
        if (calls++ > 0) await fetch(url, { method: 'POST' });
        return shutdown();
      };
      return {};
    },
  },
  {
    defect: 'does not count a delivery',
    of: refusal,
    message: /points\.exported must count an accepted delivery/,
    start: withPoints(() => ({ exported: 0 })),
  },
  {
    defect: 'is ok in an outage',
    of: refusal,
    message: /^status\(\)\.state during the outage/,
    start: status(() => ({ state: 'ok' })),
  },
  {
    defect: 'does not count failures',
    of: refusal,
    message: /status\(\)\.failed must count a failed delivery/,
    start: status(() => ({ failed: 0 })),
  },
  {
    defect: 'counts failures as deliveries',
    of: refusal,
    message: /^status\(\)\.delivered during the outage/,
    start: status(({ delivered, failed }) => ({ delivered: delivered + failed })),
  },
  {
    defect: 'counts refused points as exported',
    of: refusal,
    message: /^status\(\)\.points\.exported during the outage/,
    start: withPoints(({ exported, dropped }) => ({ exported: exported + (dropped.refused ?? 0) })),
  },
  {
    defect: 'states no reason',
    of: refusal,
    message: /status\(\)\.reason must state the cause/,
    start: status(() => ({ reason: undefined })),
  },
  {
    defect: 'does not count refused points',
    of: refusal,
    message: /points\.dropped\.refused must count refused points/,
    start: withPoints(() => ({ dropped: {} })),
  },
  {
    defect: 'counts points to retry as refused',
    of: 'recovers after the peer is unreachable',
    message: /^status\(\)\.points\.dropped\.refused of points to retry/,
    start: withPoints(() => ({ dropped: { refused: 1 } })),
  },
  {
    defect: 'is failing after an outage',
    of: refusal,
    message: /^status\(\)\.state after the outage/,
    start: status(({ state }, before) => ({
      state: before.some((each) => each.state === 'failing') ? 'failing' : state,
    })),
  },
  {
    defect: 'keeps the reason after an outage',
    of: refusal,
    message: /^status\(\)\.reason after the outage/,
    start: status(({ reason }, before) => ({ reason: reason ?? before.find((each) => each.reason)?.reason })),
  },
  {
    defect: 'does not count the delivery after an outage',
    of: refusal,
    message: /status\(\)\.delivered must count the delivery after the outage/,
    start: status(({ delivered }) => ({ delivered: Math.min(1, delivered) })),
  },
  {
    defect: 'does not count the points after an outage',
    of: refusal,
    message: /points\.exported must count the recovered points/,
    start: withPoints(({ exported }) => ({ exported: Math.min(1, exported) })),
  },
  {
    defect: 'has no time of its last delivery',
    of: refusal,
    message: /lastSuccessUnixMs must be set/,
    start: status(() => ({ lastSuccessUnixMs: undefined })),
  },
  {
    defect: 'never warns',
    of: refusal,
    message: /must warn at the begin and at the end of an outage/,
    warn: () => undefined,
  },
  {
    defect: 'does not warn of the recovery',
    of: refusal,
    message: /must warn at the begin and at the end of an outage/,
    warn: (message, warn) => (/failed/.test(message) && !/succeed again/.test(message) ? warn(message) : undefined),
  },
  {
    defect: 'is ok before its first delivery',
    of: 'starts without touching the network',
    message: /^status\(\)\.state before the first delivery/,
    start: status(() => ({ state: 'ok' })),
  },
  {
    defect: 'loses a value',
    of: account,
    message: /^delivered plus refused value of the counter/,
    arrives: ({ attributes, value }) => attributes['lane'] !== 'a' || value !== 1,
  },
  {
    defect: 'drops points without a request',
    of: account,
    message: /^status\(\)\.points\.dropped/,
    start: withPoints(({ dropped }) => ({ dropped: { ...dropped, closed: 1 } })),
  },
  {
    defect: 'counts rejected points',
    of: account,
    message: /^status\(\)\.points\.rejected/,
    start: withPoints(() => ({ rejected: 1 })),
  },
  {
    defect: 'warns with its secret, as basic authentication',
    of: 'reveals no secret',
    message: /^outputs that contain the secret/,
    start(_, { secret }, warn) {
      warn(`authorization: ${Buffer.from(`user:${secret}`).toString('base64')}`);
      return {};
    },
  },
  {
    defect: 'has its secret in the URL of its status',
    of: 'reveals no secret',
    message: /^outputs that contain the secret/,
    start: (backend, { secret }) => ({ status: () => ({ ...backend.status(), url: `http://peer/${secret}` }) }),
  },
  {
    defect: 'has its secret in the rejection of ready',
    of: 'reveals no secret',
    message: /^outputs that contain the secret/,
    start: (_, { secret }) => ({ ready: Promise.reject(new Error(`bad key ${secret}`)) }),
  },
];

test.each(defects)('$of: a backend that $defect', async (defect) => {
  const found = backendConformance(subjectWith(defect)).find(({ name }) => name === defect.of);
  await expect(found?.run()).rejects.toThrow(defect.message);
});
