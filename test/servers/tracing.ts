/** Minimal tracing for exemplars: a context that is active while a function runs. */
import { type Context, type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { afterAll, beforeAll } from 'vitest';

/** Holds the active context of synchronous functions. */
class StackOfContexts implements ContextManager {
  #active = ROOT_CONTEXT;
  active = () => this.#active;
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const before = this.#active;
    this.#active = within;
    try {
      return work.call(self as never, ...args);
    } finally {
      this.#active = before;
    }
  }
  bind = <T>(_: Context, target: T) => target;
  enable = () => this;
  disable = () => this;
}

/** Enables tracing in a test file. */
export function useTracing(): void {
  beforeAll(() => {
    context.setGlobalContextManager(new StackOfContexts());
  });
  afterAll(() => context.disable());
}

/** Runs `work` within a span. */
export function inSpan(traceId: string, spanId: string, sampled: boolean, work: () => void): void {
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  context.with(trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags }), work);
}
