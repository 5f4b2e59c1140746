/** The middle of an odd number of repetitions; the upper one of the two of an even number. */
export function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
