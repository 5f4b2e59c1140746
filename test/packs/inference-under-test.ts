/** The pack `inference` on a fake clock, with its values by name and labels. */
import { startMetrics } from 'otelier';
import { inference } from 'otelier/packs/inference';
import { FakeClock } from '../support/clock.js';
import { stockReader } from '../support/stock.js';

/** Starts metrics with the pack. */
export function startInference() {
  const clock = new FakeClock();
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    readers: [reader],
    packs: { inference: inference() },
  });
  const values = async () => {
    const points = await collect();
    return Object.fromEntries(
      points.map(({ name, attributes, value }) => {
        const labels = Object.values(attributes).join('/');
        const seen = typeof value === 'number' ? value : { count: value.count, sum: Number(value.sum.toFixed(9)) };
        return [labels === '' ? name : `${name}/${labels}`, seen];
      }),
    );
  };
  return { clock, recorder: metrics.inference, values, stop: metrics.shutdown };
}
