/**
 * The bucket of a positive value in an exponential histogram of a given scale.
 *
 * Up to scale 10 the mantissa is looked up: 2^s boundaries between 1 and 2, and a table from equal parts of that
 * stretch to the first boundary in each. Finer scales, which a histogram leaves with its second different value or
 * never needs to leave, take the logarithm.
 */

const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const exponentBias = 1_023;
const mantissaBits = 20;
const finestTable = 10;

/** 2 to the power of each exponent that a normal number has, by biased exponent. */
const powers = Float64Array.from({ length: 2_047 }, (_, biased) => 2 ** (biased - exponentBias));

/** Buckets of one scale. */
export interface ExponentialScale {
  readonly scale: number;
  /** Boundaries between 1 and 2, both included; empty where the logarithm is taken instead. */
  readonly boundaries: Float64Array;
  /** The first boundary that is not below the beginning of each of some equal parts of that stretch. */
  readonly begin: Uint16Array;
  /** Bits of the upper word's mantissa that do not matter for the part. */
  readonly shift: number;
}

const made = new Map<number, ExponentialScale>();

/** The buckets of a scale; made once. */
export function exponentialScale(scale: number): ExponentialScale {
  let buckets = made.get(scale);
  if (buckets === undefined) {
    buckets = makeScale(scale);
    made.set(scale, buckets);
  }
  return buckets;
}

/** `i` such that `2^(i/2^scale) < value <= 2^((i+1)/2^scale)`. */
export function indexOfValue(value: number, { scale, boundaries, begin, shift }: ExponentialScale): number {
  asDouble[0] = value;
  const word = asWords[upperWord];
  const biased = (word >>> mantissaBits) & 0x7ff;
  // Numbers below the smallest normal one share the lowest bucket.
  if (biased === 0) return indexOfPower(1 - exponentBias, scale);
  const exponent = biased - exponentBias;
  const power = powers[biased];
  if (value === power) return indexOfPower(exponent, scale);
  if (scale <= 0) return exponent >> -scale;
  if (boundaries.length === 0) return Math.ceil(Math.log2(value / power) * 2 ** scale) - 1 + exponent * 2 ** scale;
  let bucket = begin[(word & 0xfffff) >>> shift];
  // Scaling by a power of two is exact: this compares mantissas without taking the value apart.
  while (value > boundaries[bucket] * power) bucket++;
  return (exponent << scale) + bucket - 1;
}

/** A power of two is the upper end of its bucket. */
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
    while (boundaries[boundary] < smallest) boundary++;
    return boundary;
  });
  return { scale, boundaries, begin, shift: mantissaBits - bits };
}
