/** Expositions of a shop at two times, and scrapes of them. */

import { readMetrics } from '../../../src/cli/top/reading.js';
import type { TopState } from '../../../src/cli/top/render-screen.js';
import type { Scrape } from '../../../src/cli/top/scrape.js';

/** 2026-02-03T04:05:06Z. */
export const shopUnixMs = 1_770_091_506_000;

const routes = ['/cart', '/orders', '/orders/:id'];

/** Returns the exposition of a shop after a number of seconds. */
export function shopAfter(seconds: number): string {
  const requests = routes.flatMap((route, index) => [
    `shop_requests_total{route="${route}",status="200"} ${(index + 1) * 1_200 + seconds * (index + 1) * 10}`,
    `shop_requests_total{route="${route}",status="500"} ${index + seconds}`,
  ]);
  const durations = routes.flatMap((route, index) => {
    const counts = [4, 9, 10].map((share) => Math.round((share * (index + 1) * (100 + seconds * 10)) / 10));
    return [
      ...['0.005', '0.05', '+Inf'].map(
        (le, bucket) => `shop_request_duration_seconds_bucket{route="${route}",le="${le}"} ${counts[bucket]}`,
      ),
      `shop_request_duration_seconds_sum{route="${route}"} ${(counts[2] ?? 0) * 0.02}`,
      `shop_request_duration_seconds_count{route="${route}"} ${counts[2]}`,
    ];
  });
  return `${[
    '# TYPE shop_requests_total counter',
    ...requests,
    '# TYPE shop_request_duration_seconds histogram',
    ...durations,
    '# TYPE shop_queue_wait_seconds summary',
    'shop_queue_wait_seconds{quantile="0.5"} 0.0012',
    'shop_queue_wait_seconds{quantile="0.99"} 0.31',
    `shop_queue_wait_seconds_sum ${seconds}`,
    `shop_queue_wait_seconds_count ${seconds * 5}`,
    '# TYPE shop_memory_bytes gauge',
    'shop_memory_bytes{pool="heap"} 15600000',
    'shop_memory_bytes{pool="buffers"} 900000',
    '# TYPE shop_sent_bytes_total counter',
    `shop_sent_bytes_total ${seconds * 1_500_000}`,
    '# TYPE shop_busy_seconds_total counter',
    `shop_busy_seconds_total ${seconds / 4}`,
    '# TYPE shop_start_time_seconds gauge',
    `shop_start_time_seconds ${shopUnixMs / 1_000 - 3_600}`,
    '# TYPE shop_certificate_expiry_seconds gauge',
    'shop_certificate_expiry_seconds{host="a"} 1780000000',
    'shop_certificate_expiry_seconds{host="b"} 1790000000',
    '# TYPE shop_build_info gauge',
    'shop_build_info{version="1.4.2",commit="9f3c2ab"} 1',
    '# TYPE shop_largest_number gauge',
    'shop_largest_number 1.7e+308',
    '# TYPE shop_not_a_number gauge',
    'shop_not_a_number NaN',
    'shop_untyped 12',
  ].join('\n')}\n`;
}

/** Returns the scrape of an exposition, a number of seconds after the first one. */
function scrapeOf(text: string, seconds = 0): Scrape {
  const times = { atUnixMs: shopUnixMs + seconds * 1_000, atMonotonicMs: seconds * 1_000 };
  return { ...readMetrics(text), bytes: text.length, durationMs: 3.1, ...times };
}

/** Returns the state after scrapes of two expositions, two seconds apart. */
export function stateOf(before: string, now: string): TopState {
  return {
    shownUrl: 'http://localhost:9464/metrics',
    intervalMs: 2_000,
    before: scrapeOf(before),
    now: scrapeOf(now, 2),
  };
}
