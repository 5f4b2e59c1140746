/** Panel of a dashboard that is not a single number. */
import type { PagePanel } from '../../backends/live/messages.js';
import { data } from '../page-state.js';
import { About } from './about.js';
import { Chart } from './chart.js';
import { CopyButton } from './copy-button.js';
import { ValueList } from './value-list.js';
import { useVisible } from './visibility.js';

export function Panel({ panel }: { readonly panel: PagePanel }) {
  const { title, description, promql, width, obstacle } = panel;
  const { element, visible } = useVisible<HTMLElement>();
  return (
    <article class={`panel ${width > 12 ? 'wide' : width <= 8 ? 'narrow' : ''}`} ref={element} aria-label={title}>
      <header>
        <h3>{title}</h3>
        <About text={description} of={title} />
        <CopyButton texts={promql} of={title} />
      </header>
      {obstacle === undefined ? (
        <Content panel={panel} isVisible={visible.value} />
      ) : (
        <p class="obstacle">Not live: {obstacle}</p>
      )}
    </article>
  );
}

function Content({ panel, isVisible }: { readonly panel: PagePanel; readonly isVisible: boolean }) {
  const { title, kind, unit, bucket_unit: bucketUnit, decimals, min, max, stacked, thresholds } = panel;
  if (kind !== 'timeseries' && kind !== 'heatmap')
    return isVisible ? <ValueList panel={panel} /> : <div class="placeholder" />;
  return (
    <Chart
      title={title}
      source={data.dashboard}
      panel={title}
      isHeatmap={kind === 'heatmap'}
      // The unit of a rate of observations is that of the cells, not that of the buckets.
      unit={kind === 'heatmap' ? (bucketUnit ?? (unit.includes('/') ? '' : unit)) : unit}
      decimals={decimals}
      min={min}
      max={max}
      isStacked={stacked}
      thresholds={thresholds}
    />
  );
}
