/** Time of the processors by mode, and the share of each mode since the reading before. */
import { countOf, scaled, ticksPerSecond } from '../read-text.js';

/** Modes of the conventions, in the order of the fields of `/proc/stat`; `interrupt` has hard and soft interrupts. */
export const cpuModes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const;

export type CpuMode = (typeof cpuModes)[number];

/** Values by mode; a mode that the kernel does not know is absent. */
export type ByMode = Readonly<Partial<Record<CpuMode, number>>>;

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
  // The lines of the processors are the first ones; that of the interrupts can be very long.
  for (const line of text.slice(0, text.indexOf('\nintr') + 1 || undefined).split('\n')) {
    const [, number, rest] = /^cpu(\d*) +(\d[\d ]*)$/.exec(line) ?? [];
    if (number === undefined || rest === undefined || (number !== '') !== perCpu) continue;
    const [user, nice, system, idle, iowait, irq, softirq, steal] = rest
      .split(/ +/)
      .map((field) => scaled(countOf(field), 1 / ticksPerSecond));
    const interrupt = irq === undefined ? undefined : irq + (softirq ?? 0);
    times.push({
      number: countOf(number),
      seconds: defined({ user, nice, system, idle, iowait, interrupt, steal }),
    });
  }
  return times;
}

function defined(values: Readonly<Record<string, number | undefined>>): ByMode {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ByMode;
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
      const seconds = mapModes(now, (value, mode) => {
        const decrease = (last?.[mode] ?? 0) - value;
        return decrease > 0 && decrease < roundingSeconds ? value + decrease : value;
      });
      return { number, seconds, share: last && shareOf(seconds, last) };
    });
    before = new Map(usages.map(({ number, seconds }) => [number, seconds]));
    return usages;
  };
}

function shareOf(now: ByMode, last: ByMode): ByMode | undefined {
  const spent = mapModes(now, (value, mode) => Math.max(0, value - (last[mode] ?? value)));
  const total = Object.values(spent).reduce((sum, seconds) => sum + seconds, 0);
  return total > 0 ? mapModes(spent, (seconds) => seconds / total) : undefined;
}

function mapModes(values: ByMode, convert: (value: number, mode: CpuMode) => number): ByMode {
  return Object.fromEntries(
    (Object.entries(values) as [CpuMode, number][]).map(([mode, value]) => [mode, convert(value, mode)]),
  );
}
