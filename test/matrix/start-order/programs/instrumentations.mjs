/** Instrumentations that record metrics. The one of express creates spans only. */
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

export function instrumentations() {
  return [
    new HttpInstrumentation(),
    new UndiciInstrumentation(),
    new RuntimeNodeInstrumentation(),
    new PgInstrumentation(),
    new ExpressInstrumentation(),
  ];
}
