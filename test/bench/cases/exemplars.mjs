/** Compares recordings that may become exemplars with recordings without a tracer. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { mask, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];
const attributes = { method: 'GET', status: '200', route: '/shop/items/7' };

/** Registers a context manager with the methods `with` and `active`. */
function registerContexts() {
  const storage = new AsyncLocalStorage();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (within, work, self, ...args) => storage.run(within, () => work.call(self, ...args)),
    bind: (_, target) => target,
    enable: () => {},
    disable: () => {},
  });
}

/** Records within a span context if trace flags are given, as a request handler does. */
const record = (traceFlags) => (open) => {
  if (traceFlags !== undefined) registerContexts();
  const kit = open();
  const counter = kit.counter('c', keys).bind(attributes);
  const loop = (n) => {
    for (let i = 0; i < n; i++) counter.add(values[i & mask]);
  };
  loop(1);
  if (traceFlags === undefined) return { kit, run: loop };
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags };
  const within = trace.setSpanContext(ROOT_CONTEXT, span);
  return { kit, run: (n) => context.with(within, loop, undefined, n) };
};

export const exemplars = {
  name: 'exemplars',
  title: 'bound counter where no tracer is registered',
  series: 1,
  subjects: {
    ours: record(undefined),
    'ours, within a sampled span': record(TraceFlags.SAMPLED),
    'ours, within a span that is not sampled': record(TraceFlags.NONE),
  },
  bars: [
    { of: 'ours, within a sampled span', against: 'ours', atMost: 1.3 },
    { of: 'ours, within a span that is not sampled', against: 'ours', atMost: 1.3 },
  ],
};
