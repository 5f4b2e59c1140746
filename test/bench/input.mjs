/**
 * The recorded values: equal for every contender, and random.
 *
 * The branch predictor of the processor learns short arrays, which would hide the cost of a search.
 */
const length = 1 << 18;
export const mask = length - 1;

/** Values over four decades, as durations have, so that every bucket of `boundaries` receives some. */
const draw = uniform(1);
export const values = Float64Array.from({ length }, () => 0.001 * 20_000 ** draw());

/** Boundaries of HTTP durations in OpenTelemetry's semantic conventions: 15 buckets. */
export const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Returns the series of each call, in random or sequential order.
 *
 * Reports show both, because the branch predictor learns the sequential order of a hundred series.
 */
export function order(series, inTurn = false) {
  const next = uniform(2);
  return Uint16Array.from({ length }, (_, call) => (inTurn ? call % series : Math.floor(next() * series)));
}

/** Returns distinct values of three attributes for `count` series. */
export function attributeColumns(count) {
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
  const statuses = Array.from({ length: 10 }, (_, index) => String(200 + index * 30));
  const routes = Array.from({ length: Math.ceil(count / 50) }, (_, index) => `/shop/items/${index}`);
  const series = Array.from({ length: count }, (_, index) => index);
  return {
    methods: series.map((index) => methods[index % 5]),
    statuses: series.map((index) => statuses[Math.floor(index / 5) % 10]),
    routes: series.map((index) => routes[Math.floor(index / 50)]),
  };
}

/** Returns a generator of numbers from 0 to 1 with a fixed seed (mulberry32). */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
