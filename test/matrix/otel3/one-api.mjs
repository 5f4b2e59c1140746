/**
 * Makes the built package resolve OpenTelemetry's packages in this folder, as in an application with one copy of the
 * API.
 */
import { registerHooks } from 'node:module';

const built = new URL('../../../dist/', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier.startsWith('@opentelemetry/') && context.parentURL?.startsWith(built);
    return next(specifier, ours ? { ...context, parentURL: import.meta.url } : context);
  },
});
