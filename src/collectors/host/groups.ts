/** Groups of the metrics of the host. */

/** Default interval of the readings of each group, in milliseconds. */
export const hostGroups = {
  cpu: 1_000,
  load: 1_000,
  memory: 1_000,
  paging: 1_000,
  disk: 1_000,
  network: 1_000,
  pressure: 1_000,
  filesystem: 60_000,
  limits: 60_000,
};

/** Name of a group. */
export type HostGroup = keyof typeof hostGroups;

/** Averages over 1, 5 and 15 minutes, and the time since boot. */
export interface Load {
  readonly averages: readonly (number | undefined)[];
  readonly uptimeSeconds: number;
}

/** Sizes that rarely change. */
export interface Limits {
  readonly logicalCpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly diskBytes: ReadonlyMap<string, number>;
}
