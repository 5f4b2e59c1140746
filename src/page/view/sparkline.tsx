/** Small chart of one series, without axes. */
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { isHidden, period, theme } from '../page-state.js';
import type { SeriesRing } from '../series-ring.js';
import { color, withOpacity } from './colors.js';
import { useVisible } from './visibility.js';

/** Decorative: the value is beside it. */
export function Sparkline({ ring, series }: { readonly ring: SeriesRing; readonly series: string }) {
  const { element, visible } = useVisible<HTMLCanvasElement>();
  const current = useRef(series);
  current.current = series;
  useSignalEffect(() => {
    if (!visible.value || isHidden.value || !theme.value) return;
    const { from, to } = period();
    const canvas = element.current;
    if (canvas === null || to === 0) return;
    const window = ring.window(from, to);
    draw(canvas, window.times, window.of(current.current), from / 1_000, to / 1_000);
  });
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas cannot be focused
  return <canvas class="sparkline" ref={element} aria-hidden="true" />;
}

function draw(
  canvas: HTMLCanvasElement,
  times: readonly number[],
  values: readonly (number | null)[],
  from: number,
  to: number,
): void {
  const ratio = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, width, height);
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return;
  const low = Math.min(0, ...present);
  const high = Math.max(...present);
  const span = high > low ? high - low : 1;
  const x = (index: number) => (((times[index] as number) - from) / (to - from)) * width;
  const y = (value: number) => height - ratio - ((value - low) / span) * (height - 2 * ratio);
  context.lineWidth = ratio * 1.25;
  context.lineJoin = 'round';
  context.strokeStyle = color('--accent');
  context.fillStyle = withOpacity(color('--accent'), 0.12);
  for (let start = 0; start < values.length; start++) {
    if (values[start] === null) continue;
    let end = start;
    while (end + 1 < values.length && values[end + 1] !== null) end += 1;
    context.beginPath();
    for (let index = start; index <= end; index++) context.lineTo(x(index), y(values[index] as number));
    context.stroke();
    context.lineTo(x(end), height);
    context.lineTo(x(start), height);
    context.fill();
    start = end;
  }
}
