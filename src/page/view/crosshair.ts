/** Crosshair of a chart: its time, and the position of the values that it shows. */
import type uPlot from 'uplot';
import { formatTime } from '../units.js';

/** Seconds around a time in which the crosshair shows its values: half the gap that interrupts a line. */
const reach = 2.5;
/** Half the width of the label of the time, pixels. */
const halfLabel = 28;

/** Position of the values under the crosshair: `null` without a crosshair, -1 in a gap. */
export type HoveredIndex = number | null;

/** Returns the options of the crosshair, which all charts have in common. It marks the series that have a value. */
export function crosshairOptions(key: string, valuesOf: (series: number) => readonly (number | null)[]): uPlot.Cursor {
  return {
    y: false,
    drag: { x: false, y: false },
    points: { size: 6 },
    sync: { key, setSeries: false, scales: ['x', null] },
    dataIdx: ({ data }, series, index, seconds) =>
      isNear(data[0][index], seconds) && (series === 0 || valuesOf(series)[index] !== null) ? index : null,
  };
}

/** Returns the hooks that show the time beside the crosshair. */
export function crosshairHooks(onHover: (index: HoveredIndex) => void): uPlot.Hooks.Defs {
  let label: HTMLElement | undefined;
  return {
    init({ over }) {
      label = document.createElement('time');
      label.className = 'crosshair-time';
      label.hidden = true;
      over.append(label);
    },
    setCursor(chart) {
      if (label === undefined) return;
      const { left = -1, idx } = chart.cursor;
      label.hidden = left < 0;
      if (left < 0) return onHover(null);
      const seconds = chart.posToVal(left, 'x');
      const time = idx === null || idx === undefined ? undefined : chart.data[0][idx];
      const isInGap = !isNear(time, seconds);
      label.textContent = formatTime((isInGap ? seconds : (time as number)) * 1_000);
      label.style.left = `${Math.max(halfLabel, Math.min(left, chart.over.clientWidth - halfLabel))}px`;
      onHover(isInGap ? -1 : (idx as number));
    },
  };
}

function isNear(time: number | undefined, seconds: number): boolean {
  return time !== undefined && Math.abs(time - seconds) <= reach;
}
