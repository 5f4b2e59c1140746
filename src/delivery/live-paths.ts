/** Paths of the live view below the base path of an endpoint. */
export const livePaths = {
  page: '/',
  stream: '/api/v1/metrics/stream',
  events: '/api/v1/metrics/events',
  summary: '/api/v1/metrics/summary',
} as const;
