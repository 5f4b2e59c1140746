/** Metric of the list. Opened, it shows its series. */
import { useEffect, useRef } from 'preact/hooks';
import type { PageMetric } from '../../backends/live/messages.js';
import { data, hrefOf, shown, shownUnit } from '../page-state.js';
import { formatValue } from '../units.js';
import { Chart } from './chart.js';
import { CopyButton } from './copy-button.js';
import { Icon } from './icons.js';
import { Sparkline } from './sparkline.js';
import { useVisible } from './visibility.js';

const kinds = { counter: 'counter', upDownCounter: 'up-down counter', gauge: 'gauge', histogram: 'histogram' } as const;
const percentiles = ['p50', 'p95', 'p99'];

export function MetricRow({ metric, isOpen }: { readonly metric: PageMetric; readonly isOpen: boolean }) {
  const { name, kind, group } = metric;
  const { element, visible } = useVisible<HTMLDivElement>();
  const details = `details-${name}`;
  const toggle = () => {
    location.hash = hrefOf({ kind: 'metrics', open: isOpen ? undefined : name });
  };
  return (
    <div class={`metric ${isOpen ? 'open' : ''}`} ref={element}>
      <button
        type="button"
        class="metric-row"
        data-item
        aria-expanded={isOpen}
        aria-controls={isOpen ? details : undefined}
        onClick={toggle}
      >
        <Icon name="chevron" />
        <span class="name">{name}</span>
        <span class="group muted">{group}</span>
        <span class="kind muted">{kinds[kind]}</span>
        <Sparkline ring={data.metrics} series={name} />
        {visible.value ? <Value metric={metric} /> : <b class="value" />}
      </button>
      {isOpen && <Details key={name} id={details} metric={metric} />}
    </div>
  );
}

function Value({ metric }: { readonly metric: PageMetric }) {
  const value = data.metrics.latest(metric.name, shown.value);
  return (
    <b class="value">
      {metric.shown === 'p95' && <small class="muted">p95 </small>}
      {formatValue(value, shownUnit(metric))}
    </b>
  );
}

function Details({ id, metric }: { readonly id: string; readonly metric: PageMetric }) {
  const { name, exposed, kind, unit, description, attributes, promql } = metric;
  const element = useRef<HTMLElement>(null);
  useEffect(() => element.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <section class="details" id={id} ref={element} aria-label={name}>
      <p>{description}</p>
      <dl>
        <div>
          <dt>Prometheus</dt>
          <dd class="mono">{exposed}</dd>
        </div>
        <div>
          <dt>Kind</dt>
          <dd>{kinds[kind]}</dd>
        </div>
        <div>
          <dt>Unit</dt>
          <dd class="mono">{unit || '–'}</dd>
        </div>
        <div>
          <dt>Attributes</dt>
          <dd class="mono">{attributes.join(', ') || '–'}</dd>
        </div>
      </dl>
      <Total />
      <Chart
        title={name}
        source={data.metric}
        unit={shownUnit(metric)}
        thresholds={[]}
        height={220}
        names={kind === 'histogram' ? percentiles : []}
      />
      <p class="promql">
        <code>{promql}</code>
        <CopyButton texts={[promql]} of={name} />
      </p>
    </section>
  );
}

/** Says that not all series are shown. */
function Total() {
  const total = data.total.value;
  // A series of a histogram has three percentiles.
  const count = shown.value > 0 ? new Set(data.metric.of().map(({ legend }) => legend)).size : 0;
  return total > count && count > 0 ? (
    <p class="muted">
      {count} of {total} series: those with the highest values.
    </p>
  ) : null;
}
