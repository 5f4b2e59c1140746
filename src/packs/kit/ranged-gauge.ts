/** A gauge that refuses values outside its range, for gauges that an application sets itself. */
import type { AttributeValues } from '../../catalogue/attributes.js';
import type { Gauge } from '../../catalogue/instruments.js';

/**
 * Returns a gauge that sets the values that `accepted` returns. Its `NaN` is dropped and counted as not finite, and so is
 * a time: no range of a gauge contains the current time.
 *
 * @param accepted returns a value within the range unchanged and NaN for any other value.
 * @param onSet called before each value of the application.
 */
export function rangedGauge<A extends AttributeValues<A>>(
  gauge: Gauge<A>,
  accepted: (value: unknown) => number,
  onSet: () => void = () => {},
): Gauge<A> {
  const checked = (value: unknown) => {
    onSet();
    return accepted(value);
  };
  return {
    set: (value, ...attributes) => gauge.set(checked(value), ...attributes),
    setToCurrentTime: (...attributes) => gauge.set(Number.NaN, ...attributes),
    bind: (...attributes) => {
      const bound = gauge.bind(...attributes);
      return { set: (value) => bound.set(checked(value)), setToCurrentTime: () => bound.set(Number.NaN) };
    },
    remove: (...attributes) => gauge.remove(...attributes),
  };
}
