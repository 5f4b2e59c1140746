/** Labels of the time axis of a chart. */

/** Pixels of a character, at most. */
const characterWidth = 6.6;
/** Pixels that a label may be outside the area of the chart: on its left are the labels of the other axis. */
const outside = { left: 0, right: 8 };

/**
 * Returns the label of a time, without seconds at a whole minute. The label is empty where it would be cut.
 *
 * @param position of the time, pixels from the left edge of the area of the chart.
 * @param width of that area.
 */
export function timeLabel(seconds: number, position: number, width: number): string {
  const date = new Date(seconds * 1_000);
  const part = (value: number) => String(value).padStart(2, '0');
  const minutes = `${part(date.getHours())}:${part(date.getMinutes())}`;
  const text = date.getSeconds() === 0 ? minutes : `${minutes}:${part(date.getSeconds())}`;
  const half = (text.length * characterWidth) / 2;
  return position - half < -outside.left || position + half > width + outside.right ? '' : text;
}
