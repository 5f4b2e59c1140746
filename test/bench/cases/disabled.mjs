/** Measures recordings that no reader collects. */
import { mask, values } from '../input.mjs';

const keys = ['method', 'status', 'route'];

class Empty {
  add() {}
}

function addTo(counter) {
  return (n) => {
    for (let i = 0; i < n; i++) {
      const value = values[i & mask];
      // Reads the value in every subject, so that the compiler cannot remove the loop.
      if (value < 0) throw new Error('unexpected negative value');
      counter.add(value, { method: 'GET', status: '200', route: '/shop/items/7' });
    }
  };
}

function addUnread(options) {
  return (open) => ({ run: addTo(open(options).counter('c', keys)) });
}

const empty = { empty: () => ({ run: addTo(new Empty()) }) };
const noop = { noop: (open) => ({ run: addTo(open().createCounter('c')) }) };

export const disabled = {
  name: 'disabled',
  title: 'counter of a provider without readers, 3 attributes',
  subjects: { ...empty, ...noop, ours: addUnread({ readers: 0 }), otel: addUnread({ readers: 0 }) },
  bars: [{ of: 'ours', against: 'empty', atMost: 2 }],
};

export const dropped = {
  name: 'dropped-by-view',
  title: 'counter dropped by a view, 3 attributes',
  subjects: { ...empty, ...noop, ours: addUnread({ aggregation: 'drop' }), otel: addUnread({ aggregation: 'drop' }) },
  bars: [{ of: 'ours', against: 'empty', atMost: 2 }],
};
