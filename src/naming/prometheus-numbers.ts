/** Number formats: Prometheus reads what Go's `strconv.ParseFloat` accepts, OpenMetrics requires a canonical form. */

/** Formats the value of a sample. */
export function numberText(value: number): string {
  if (value - value === 0) return `${value}`;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/** Formats `le` for OpenMetrics: as Go prints a float, with a point or an exponent ("Canonical Numbers"). */
export function canonicalText(value: number): string {
  if (value - value !== 0) return numberText(value);
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 6)) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Formats a time as seconds since 1970-01-01 UTC, to the millisecond. */
export function secondsText(unixMs: number): string {
  return (Math.round(unixMs) / 1_000).toFixed(3);
}
