/**
 * Timestamps of OpenMetrics as written. They may have more digits than a double, for example nanoseconds, so they are
 * compared digit by digit (OpenMetrics 1.0, "Numbers").
 */

/** Largest exponent of a double; timestamps beyond it are compared as numbers. */
const largestExponent = 400;

interface Decimal {
  /** Digits without leading and trailing zeros, with the sign. */
  readonly digits: string;
  readonly exponent: number;
}

/** Returns a text that is equal for equal timestamps, however they are written. */
export function timeKey(text: string | undefined): string {
  if (text === undefined) return '';
  const { digits, exponent } = decimalOf(text);
  return `${digits}e${exponent}`;
}

/** Returns a negative number if the first timestamp is earlier, a positive number if it is later, and 0 if both are equal. */
export function compareTimes(first: string, second: string): number {
  const difference = Number(first) - Number(second);
  if (difference !== 0) return difference;
  const [one, other] = [decimalOf(first), decimalOf(second)];
  if (Math.max(Math.abs(one.exponent), Math.abs(other.exponent)) > largestExponent) return 0;
  const exponent = Math.min(one.exponent, other.exponent);
  const scaled = (decimal: Decimal) => BigInt(decimal.digits) * 10n ** BigInt(decimal.exponent - exponent);
  return Number(scaled(one) - scaled(other));
}

/** Returns a timestamp for a message: the number if it is written like the number, the text otherwise. */
export function shownTime(text: string | undefined): number | string | undefined {
  return text !== undefined && String(Number(text)) === text ? Number(text) : text;
}

function decimalOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return { digits: '0', exponent: 0 };
  const sign = mantissa.startsWith('-') ? '-' : '';
  return { digits: `${sign}${short}`, exponent: Number(exponent) - fraction.length + digits.length - short.length };
}
