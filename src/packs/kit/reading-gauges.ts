/** Gauges of a pack that show the readings of a collector. */

/** Sets a gauge; `undefined` sets nothing. */
export type SetGauge = <A extends object>(gauge: ReadingGauge<A>, value: number | undefined, attributes?: A) => void;

/** A gauge, as far as readings need it. */
export interface ReadingGauge<A extends object> {
  set(value: number, attributes: A): void;
  remove(attributes: A): void;
}

/**
 * Returns a callback for `PackContext.onReading`. Series that a reading does not set are removed, and all of them when the
 * source has no reading: a gauge would otherwise keep the value of a device that is gone.
 *
 * @param show sets the gauges from a reading.
 * @param own gauges that the application sets itself: its values are neither replaced nor removed.
 */
export function readingGauges<T>(
  show: (reading: T, set: SetGauge) => void,
  own: ReadonlySet<object> = new Set(),
): (reading: T | undefined) => void {
  let removals = new Map<object, Map<string, () => void>>();
  return (reading) => {
    const shown: typeof removals = new Map();
    const set: SetGauge = (gauge, value, attributes = {} as never) => {
      if (value === undefined || own.has(gauge)) return;
      gauge.set(value, attributes);
      const ofGauge = shown.get(gauge) ?? new Map<string, () => void>();
      shown.set(
        gauge,
        ofGauge.set(JSON.stringify(attributes), () => gauge.remove(attributes)),
      );
    };
    if (reading !== undefined) show(reading, set);
    for (const [gauge, series] of removals) {
      if (own.has(gauge)) continue;
      for (const [key, remove] of series) if (shown.get(gauge)?.has(key) !== true) remove();
    }
    removals = shown;
  };
}

/** Returns the sum of the values that are known; `undefined` if none is. */
export function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value);
}
