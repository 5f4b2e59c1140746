/** Ranges of numeric fields: values within each, values beyond it, and values that no field accepts. */

/** Values of a range, and numbers beyond it. */
export interface Range {
  readonly valid: readonly number[];
  readonly invalid: readonly number[];
}

export const beyond = 2 ** 53;
/** 0 or more: times, costs, megabytes. */
export const amount: Range = { valid: [0, 0.5, 1_000], invalid: [-1, beyond] };
/** Whole numbers of 0 or more: tokens, bytes, requests. */
export const count: Range = { valid: [0, 1, 1_000], invalid: [-1, -1.5, 0.5, 1.5, beyond] };
export const percent: Range = { valid: [0, 99.5, 100], invalid: [-1, 100.001, 150, beyond] };
export const share: Range = { valid: [0, 0.5, 1], invalid: [-0.1, 1.001, 97] };
/** Difference of two scores from 0 to 100. */
export const difference: Range = { valid: [-100, -7.5, 0, 100], invalid: [-100.5, 101, beyond] };
/** Inception score: 1 for samples that are all alike. */
export const fromOne: Range = { valid: [1, 32.5], invalid: [-1, 0, 0.5, beyond] };
export const upTo = (limit: number): Range => ({ valid: [0, limit / 2, limit], invalid: [-1, limit + 0.5, beyond] });
export const wholeFrom = (limit: number): Range => ({
  valid: [limit, limit + 5],
  invalid: [-1, limit - 1, limit + 0.5, beyond],
});

/** Values that no field accepts. */
export const never = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '1',
  1n,
  true,
  [],
  {},
  () => 1,
  Symbol('1'),
];
