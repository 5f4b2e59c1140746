/** A catalogue with an objective and an alert of its own, from which `otelier generate` makes files. */
import { asError, counter, defineCatalogue, gauge, histogram, oneOf, text } from 'otelier';
import { alert, below, metricsOf, ruleGroup, slo, value } from 'otelier/panels';

export const bookings = defineCatalogue({
  requests: counter({
    name: 'bookings.requests',
    unit: '{request}',
    description: 'Requests for a booking.',
    attributes: { outcome: oneOf('booked', 'full', asError('failed')), hotel: text({ limit: 50 }) },
  }),
  duration: histogram({
    name: 'bookings.duration',
    unit: 's',
    description: 'Time to answer a request.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  }),
  rooms: gauge({
    name: 'bookings.rooms.free',
    unit: '{room}',
    description: 'Free rooms.',
    attributes: { hotel: text({ limit: 50 }) },
  }),
});

const { requests, duration, rooms } = metricsOf(bookings);

export const objectives = [
  slo({
    name: 'booking_latency',
    objective: 0.99,
    description: 'Requests are answered within half a second.',
    latency: { metric: duration, below: 0.5 },
  }),
  slo({
    name: 'booking_errors',
    objective: 0.999,
    description: 'Requests do not fail.',
    errors: { metric: requests, failed: { outcome: 'failed' } },
  }),
];

export const rules = ruleGroup('rooms', {
  alerts: [
    alert({
      name: 'BookingsAlmostFull',
      when: below(value(rooms, { by: ['hotel'] }), 3),
      for: '10m',
      severity: 'ticket',
      summary: '{hotel} has {value} free rooms.',
      description: 'Stop the advertisements of the hotel.',
    }),
  ],
});
