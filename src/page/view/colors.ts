/** Colors of the style sheet, for canvases. */
import { effect } from '@preact/signals';
import { theme } from '../page-state.js';

let cache = new Map<string, string>();
let probe: HTMLElement | undefined;

/** Returns a color of the style sheet, such as `--text`, as the current theme has it. */
export function color(name: string): string {
  let found = cache.get(name);
  if (found === undefined) {
    if (probe === undefined) {
      probe = document.createElement('i');
      probe.hidden = true;
      document.body.append(probe);
    }
    probe.style.color = `var(${name})`;
    found = getComputedStyle(probe).color;
    cache.set(name, found);
  }
  return found;
}

/** Returns the name of a color of series, by its number from 0. */
export const seriesColor = (number: number) => `--series-${number + 1}`;

/** Returns a color with another opacity. */
export function withOpacity(value: string, opacity: number): string {
  const [, channels] = /^rgba?\(([^)]*)\)$/.exec(value) ?? [];
  const [red = 0, green = 0, blue = 0] = channels?.split(/[\s,/]+/).map(Number) ?? [];
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

const forget = () => {
  cache = new Map();
};
effect(() => {
  if (theme.value) forget();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);
