/** A library that uses its own copy of the API. */
import { metrics, trace } from '@opentelemetry/api';

/** Makes the library's copy the first that registers something. */
export function registerFirst() {
  trace.setGlobalTracerProvider({ getTracer: () => ({}) });
}

export function record() {
  metrics.getMeter('library').createCounter('library').add(2);
}
