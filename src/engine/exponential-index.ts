/**
 * Bucket index of a positive value in an exponential histogram.
 *
 * Up to scale 10, the index follows from the mantissa: there are 2^s boundaries between 1 and 2, and a table from equal
 * parts of that interval to the first boundary in each. Finer scales use the logarithm: most histograms leave them with
 * their second distinct value.
 */

const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const exponentBias = 1_023;
const mantissaBits = 20;
const finestTable = 10;

/** 2^exponent of normal numbers, by biased exponent. */
const powers = Float64Array.from({ length: 2_047 }, (_, biased) => 2 ** (biased - exponentBias));

/** Buckets of one scale. */
export interface ExponentialScale {
  readonly scale: number;
  /** Boundaries from 1 to 2 inclusive; empty if the scale uses the logarithm. */
  readonly boundaries: Float64Array;
  /** Index of the first boundary that is not below the start of each of the equal parts of that interval. */
  readonly begin: Uint16Array;
  /** Number of low bits of the upper word's mantissa that do not affect the part. */
  readonly shift: number;
}

const scales = new Map<number, ExponentialScale>();

/** Returns the buckets of a scale, created once. */
export function exponentialScale(scale: number): ExponentialScale {
  let buckets = scales.get(scale);
  if (buckets === undefined) {
    buckets = makeScale(scale);
    scales.set(scale, buckets);
  }
  return buckets;
}

/** Returns `i` such that `2^(i/2^scale) < value <= 2^((i+1)/2^scale)`. */
export function indexOfValue(value: number, { scale, boundaries, begin, shift }: ExponentialScale): number {
  asDouble[0] = value;
  const word = asWords[upperWord] as number;
  const biased = (word >>> mantissaBits) & 0x7ff;
  // Subnormal numbers share the lowest bucket.
  if (biased === 0) return indexOfPower(1 - exponentBias, scale);
  const exponent = biased - exponentBias;
  const power = powers[biased] as number;
  if (value === power) return indexOfPower(exponent, scale);
  if (scale <= 0) return exponent >> -scale;
  if (boundaries.length === 0) return Math.ceil(Math.log2(value / power) * 2 ** scale) - 1 + exponent * 2 ** scale;
  let bucket = begin[(word & 0xfffff) >>> shift] as number;
  // Scaling by a power of two is exact, so this compares mantissas.
  while (value > (boundaries[bucket] as number) * power) bucket++;
  return (exponent << scale) + bucket - 1;
}

/** Returns the bucket of a power of two, which is the upper bound of its bucket. */
function indexOfPower(exponent: number, scale: number): number {
  return scale <= 0 ? (exponent - 1) >> -scale : exponent * 2 ** scale - 1;
}

function makeScale(scale: number): ExponentialScale {
  if (scale <= 0 || scale > finestTable)
    return { scale, boundaries: new Float64Array(0), begin: new Uint16Array(0), shift: 0 };
  const count = 2 ** scale;
  const boundaries = Float64Array.from({ length: count + 1 }, (_, index) => 2 ** (index / count));
  const bits = scale + 1;
  let boundary = 0;
  const begin = Uint16Array.from({ length: 2 ** bits }, (_, part) => {
    const smallest = 1 + part / 2 ** bits;
    while ((boundaries[boundary] as number) < smallest) boundary++;
    return boundary;
  });
  return { scale, boundaries, begin, shift: mantissaBits - bits };
}
