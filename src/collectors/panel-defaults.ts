/** Scales, thresholds and roles that panels of all collectors have in common. */

/** Labels of one process or host. */
export const byInstance = ['job', 'instance'] as const;

/** Name of a series of one process or host. */
export const ofInstance = '{job} {instance}';

export const technical = ['operator', 'developer'] as const;
export const operators = ['operator'] as const;
export const developers = ['developer'] as const;

/** Scale of a share. */
export const share = { unit: '1', min: 0, max: 1 } as const;

/** Thresholds of a used share. */
export const fullness = [
  { from: 0.8, level: 'warning' },
  { from: 0.9, level: 'critical' },
] as const;

/** Thresholds of a free share. */
export const scarcity = [
  { from: Number.NEGATIVE_INFINITY, level: 'critical' },
  { from: 0.1, level: 'warning' },
  { from: 0.2, level: 'good' },
] as const;
