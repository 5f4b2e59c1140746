/**
 * Lets the built package find OpenTelemetry's packages in this folder, as it finds them in an application: one copy of
 * the API for everybody.
 */
import { registerHooks } from 'node:module';

const built = new URL('../../../dist/', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier.startsWith('@opentelemetry/') && context.parentURL?.startsWith(built);
    return next(specifier, ours ? { ...context, parentURL: import.meta.url } : context);
  },
});
