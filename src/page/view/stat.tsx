/** Number with its sparkline, or with a scale if the panel is a gauge. */
import type { PagePanel } from '../../backends/live/messages.js';
import { data, shown } from '../page-state.js';
import { levelOf } from '../thresholds.js';
import { formatValue } from '../units.js';
import { About } from './about.js';
import { CopyButton } from './copy-button.js';
import { Sparkline } from './sparkline.js';
import { useVisible } from './visibility.js';

export function Stat({ panel }: { readonly panel: PagePanel }) {
  const { title, description, promql, obstacle } = panel;
  const { element, visible } = useVisible<HTMLElement>();
  return (
    <article class="stat" ref={element} aria-label={title}>
      <header>
        <h3>{title}</h3>
        <About text={description} of={title} />
        <CopyButton texts={promql} of={title} />
      </header>
      {obstacle === undefined ? (
        visible.value && <Reading panel={panel} />
      ) : (
        <p class="obstacle">Not live: {obstacle}</p>
      )}
    </article>
  );
}

/** Series that a number shows: the first one large. */
const mostListed = 4;

/** Shows the first series; further ones as a list. */
function Reading({ panel }: { readonly panel: PagePanel }) {
  const { unit, decimals, thresholds, kind, min = 0, max = 1, title } = panel;
  const time = shown.value;
  const series = data.dashboard.of(title);
  const [first] = series;
  const value = first === undefined ? null : data.dashboard.ring.latest(first.key, time);
  const level = levelOf(value, thresholds);
  return (
    <>
      <p class={`number ${level ?? ''}`}>
        {formatValue(value, unit, decimals)}
        {(level === 'warning' || level === 'critical') && <span class="level">{level}</span>}
      </p>
      {series.length > 1 && (
        <ul class="more">
          {series.slice(1, mostListed).map(({ key, legend }) => (
            <li key={key}>
              <span class="name">{legend}</span>{' '}
              <b>{formatValue(data.dashboard.ring.latest(key, time), unit, decimals)}</b>
            </li>
          ))}
          {series.length > mostListed && <li class="muted">and {series.length - mostListed} more</li>}
        </ul>
      )}
      {kind === 'gauge' ? (
        <Scale value={value} min={min} max={max} level={level} />
      ) : (
        first !== undefined && <Sparkline key={first.key} ring={data.dashboard.ring} series={first.key} />
      )}
    </>
  );
}

/** Decorative: the number is above it. */
function Scale(props: { value: number | null; min: number; max: number; level: string | undefined }) {
  const { value, min, max, level } = props;
  const share = value === null ? 0 : Math.min(1, Math.max(0, (value - min) / (max - min || 1)));
  return (
    <div class={`scale ${level ?? ''}`} aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}
