/**
 * Diagnostics through the logger that is registered in the OpenTelemetry API.
 *
 * The API's own `diag` is silent if a copy of an older version registered first.
 */
import { apiRegistrations } from './api-registrations.js';

export const diag = {
  error(message: string, ...details: unknown[]): void {
    apiRegistrations().diag?.error(message, ...details);
  },
  warn(message: string, ...details: unknown[]): void {
    apiRegistrations().diag?.warn(message, ...details);
  },
  info(message: string, ...details: unknown[]): void {
    apiRegistrations().diag?.info(message, ...details);
  },
  debug(message: string, ...details: unknown[]): void {
    apiRegistrations().diag?.debug(message, ...details);
  },
} as const;
