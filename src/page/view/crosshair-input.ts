/** Moves the crosshair by touch and by keys. The mouse moves it without help. */
import type uPlot from 'uplot';

/** The types of uPlot lack the last parameter. */
type SetCursor = (position: { left: number; top: number }, fireHook: boolean, fireSync: boolean) => void;

/** Listens on the element of a chart. Returns the function that ends it. */
export function listenForCrosshair(host: HTMLElement, chartOf: () => uPlot | undefined): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const show = (left: number) =>
    (chartOf()?.setCursor as SetCursor | undefined)?.({ left, top: left < 0 ? left : 0 }, true, true);
  const hide = () => show(-10);
  const touch = ({ pointerType, clientX }: PointerEvent) => {
    const over = chartOf()?.over.getBoundingClientRect();
    if (pointerType !== 'mouse' && over !== undefined && clientX >= over.left && clientX <= over.right)
      show(clientX - over.left);
  };
  host.addEventListener('pointerdown', touch, { signal });
  host.addEventListener('pointermove', touch, { signal });
  host.addEventListener('blur', hide, { signal });
  host.addEventListener(
    'keydown',
    (event) => {
      const chart = chartOf();
      if (chart === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') return hide();
      const time = chart.data[0][stepped(event.key, chart)];
      if (time === undefined) return;
      event.preventDefault();
      show(chart.valToPos(time, 'x'));
    },
    { signal },
  );
  return () => ended.abort();
}

/** Returns the position that a key moves to; -1 for other keys. Without a crosshair, keys begin at the end. */
function stepped(key: string, { data, cursor }: uPlot): number {
  const { length } = data[0];
  const current = (cursor.left ?? -1) < 0 ? length : (cursor.idx ?? length);
  if (key === 'ArrowLeft') return current - 1;
  if (key === 'ArrowRight') return current + 1;
  return key === 'Home' ? 0 : key === 'End' ? length - 1 : -1;
}
