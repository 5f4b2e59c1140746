/** Metrics of physical memory and swap space. */
import { oneOf } from '../../catalogue/attributes.js';
import { observeEach, readCounter, readGauge, readUpDownCounter } from '../read-metrics.js';
import type { Memory, Paging } from './proc-files.js';

const state = 'system.memory.state';
const ofState = { [state]: oneOf('used', 'free', 'buffers', 'cached') };
const slabState = 'system.memory.linux.slab.state';
const swapState = 'system.paging.state';
const ofSwapState = { [swapState]: oneOf('used', 'free') };
const fault = 'system.paging.fault.type';

const difference = (total: number | undefined, part: number | undefined) =>
  total === undefined || part === undefined ? undefined : Math.max(0, total - part);
const ratio = (part: number | undefined, total: number | undefined) =>
  part !== undefined && total ? part / total : undefined;

/** The metrics of group `memory`. */
export const memoryMetrics = {
  memoryUsage: readUpDownCounter(
    'system.memory.usage',
    'By',
    'Physical memory by state.',
    ofState,
    ({ used, free, buffers, cached }: Memory, observe) => observeEach(observe, state, { used, free, buffers, cached }),
  ),
  memoryUtilization: readGauge(
    'system.memory.utilization',
    '1',
    'Share of the physical memory in each state.',
    ofState,
    ({ total, ...memory }: Memory, observe) => {
      for (const name of ['used', 'free', 'buffers', 'cached'] as const)
        observe(ratio(memory[name], total), { [state]: name });
    },
  ),
  memoryAvailable: readUpDownCounter(
    'system.memory.linux.available',
    'By',
    'Estimate of the memory that new programs can use without swapping.',
    {},
    ({ available }: Memory, observe) => observe(available),
  ),
  memoryShared: readUpDownCounter(
    'system.memory.linux.shared',
    'By',
    'Shared memory, mostly of tmpfs.',
    {},
    ({ shared }: Memory, observe) => observe(shared),
  ),
  slabUsage: readUpDownCounter(
    'system.memory.linux.slab.usage',
    'By',
    'Memory of caches of the kernel.',
    { [slabState]: oneOf('reclaimable', 'unreclaimable') },
    ({ slabReclaimable: reclaimable, slabUnreclaimable: unreclaimable }: Memory, observe) =>
      observeEach(observe, slabState, { reclaimable, unreclaimable }),
  ),
};

/** The metrics of group `paging`. */
export const pagingMetrics = {
  pagingUsage: readUpDownCounter(
    'system.paging.usage',
    'By',
    'Swap space by state.',
    ofSwapState,
    ({ total, free }: Paging, observe) => observeEach(observe, swapState, { used: difference(total, free), free }),
  ),
  pagingUtilization: readGauge(
    'system.paging.utilization',
    '1',
    'Share of the swap space in each state; absent without swap space.',
    ofSwapState,
    ({ total, free }: Paging, observe) =>
      observeEach(observe, swapState, { used: ratio(difference(total, free), total), free: ratio(free, total) }),
  ),
  pagingFaults: readCounter(
    'system.paging.faults',
    '{fault}',
    'Page faults.',
    { [fault]: oneOf('major', 'minor') },
    ({ faults, majorFaults: major }: Paging, observe) =>
      observeEach(observe, fault, { major, minor: difference(faults, major) }),
  ),
  pagingOperations: readCounter(
    'system.paging.operations',
    '{operation}',
    'Pages that were swapped.',
    { [fault]: oneOf('major'), 'system.paging.direction': oneOf('in', 'out') },
    ({ pagesIn, pagesOut }: Paging, observe) =>
      observeEach(observe, 'system.paging.direction', { in: pagesIn, out: pagesOut }, { [fault]: 'major' }),
  ),
};
