/** Default bucket boundaries of histograms that declare none. They follow the unit, because a boundary of 5 means nothing without one. */

/** Default boundaries of the OpenTelemetry metrics SDK ("Explicit bucket histogram aggregation"), made for milliseconds. */
export const stockBoundaries: readonly number[] = Object.freeze([
  0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
]);

/** Boundaries of `http.server.request.duration` (semantic conventions), continued for long requests. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];
const ratios = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
/** Powers of four. */
const largeUnits = [0.25, 1, 4, 16, 64, 256, 1_024, 4_096];

/** Boundaries by UCUM unit. */
const byUnit: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    s: seconds,
    ms: stockBoundaries,
    us: seconds.map((bound) => Math.round(bound * 1e6)),
    ns: seconds.map((bound) => Math.round(bound * 1e9)),
    min: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 240],
    h: [0.1, 0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 168],
    By: Array.from({ length: 12 }, (_, index) => 256 * 4 ** index),
    ...Object.fromEntries(['kBy', 'MBy', 'GBy', 'KiBy', 'MiBy', 'GiBy'].map((unit) => [unit, largeUnits])),
    1: ratios,
    '%': ratios.map((bound) => bound * 100),
  }).map(([unit, bounds]) => [unit, Object.freeze(bounds)]),
);

/** Reports whether default boundaries exist that were made for the unit. */
export function hasBoundaries(unit: string): boolean {
  return byUnit.has(unit);
}

/** Returns the default boundaries for values of a unit: those of the OpenTelemetry SDK for a unit without its own. */
export function boundariesFor(unit: string): readonly number[] {
  return byUnit.get(unit) ?? stockBoundaries;
}
