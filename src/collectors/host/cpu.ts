/** Time of the processors by mode, and the share of each mode since the reading before. */
import { countOf, scaled, ticksPerSecond } from '../read-text.js';

/** Modes of the conventions, in the order of the fields of `/proc/stat`; `interrupt` has hard and soft interrupts. */
export const cpuModes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const;

export type CpuMode = (typeof cpuModes)[number];

/** Values by mode; a mode that is not known is absent. */
export type ByMode = Readonly<Partial<Record<CpuMode, number>>>;

/** Returns the values of the modes for which a function returns one. */
function byMode(find: (mode: CpuMode) => number | undefined): ByMode {
  const values: Partial<Record<CpuMode, number>> = {};
  for (const mode of cpuModes) {
    const value = find(mode);
    if (value !== undefined) values[mode] = value;
  }
  return values;
}

/** Times of all processors together, or of one of them. */
export interface CpuTimes {
  /** Number of the processor; `undefined` for all processors together. */
  readonly number: number | undefined;
  readonly seconds: ByMode;
}

/** Times with the share of each mode since the reading before, from 0 to 1. */
export interface CpuUsage extends CpuTimes {
  /** `undefined` in the first reading. */
  readonly share: ByMode | undefined;
}

/** Parses `/proc/stat` (proc_stat(5)): the line of all processors, or with `perCpu` the line of each. */
export function parseCpuTimes(text: string, perCpu: boolean): CpuTimes[] {
  const times: CpuTimes[] = [];
  // The lines of the processors are the first ones.
  const end = text.indexOf(perCpu ? '\nintr' : '\n');
  for (const line of (end === -1 ? text : text.slice(0, end)).split('\n')) {
    const [, number, rest] = /^cpu(\d*) +(\d[\d ]*)$/.exec(line) ?? [];
    if (number === undefined || rest === undefined || (number !== '') !== perCpu) continue;
    const ticks = rest.split(' ').map(countOf);
    const [user, nice, system, idle, iowait, irq, softirq = 0, steal] = ticks;
    const interrupt = irq === undefined ? undefined : irq + softirq;
    const byName = { user, nice, system, idle, iowait, interrupt, steal };
    times.push({ number: countOf(number), seconds: byMode((mode) => scaled(byName[mode], 1 / ticksPerSecond)) });
  }
  return times;
}

/** Times of a mode that decrease by less than these seconds are rounding of the kernel; by more, the processor was new. */
const roundingSeconds = 3;

/**
 * Returns a function that adds shares to times.
 *
 * The kernel lets `idle`, `iowait` and `steal` decrease a little. They then keep the value before, because a counter that
 * decreases counts as reset.
 */
export function cpuUsageFollower(): (times: readonly CpuTimes[]) => CpuUsage[] {
  let before: ReadonlyMap<number | undefined, ByMode> = new Map();
  return (times) => {
    const usages = times.map(({ number, seconds: now }) => {
      const last = before.get(number);
      const seconds = byMode((mode) => {
        const value = now[mode];
        const earlier = last?.[mode];
        if (value === undefined || earlier === undefined) return value;
        return value < earlier && earlier - value < roundingSeconds ? earlier : value;
      });
      return { number, seconds, share: last && shareOf(seconds, last) };
    });
    before = new Map(usages.map(({ number, seconds }) => [number, seconds]));
    return usages;
  };
}

function shareOf(now: ByMode, last: ByMode): ByMode | undefined {
  const spent = byMode((mode) => now[mode] && Math.max(0, now[mode] - (last[mode] ?? now[mode])));
  const total = Object.values(spent).reduce((sum, seconds) => sum + seconds, 0);
  return total > 0 ? byMode((mode) => spent[mode] && spent[mode] / total) : undefined;
}
