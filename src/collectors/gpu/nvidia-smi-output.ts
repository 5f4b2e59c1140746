/**
 * Parsers of the output of nvidia-smi. They accept any text: what is not understood is absent.
 *
 * @see https://docs.nvidia.com/deploy/nvidia-smi/index.html
 */
import { type GpuReading, type GpuValues, instanceId, throttleReasonsOf, toBase, type Unit, units } from './reading.js';

/** Field of `--query-gpu`: its names, from the newest to the oldest, and the value of a reading that it holds. */
interface Field {
  readonly names: readonly string[];
  readonly value?: readonly [key: keyof GpuValues, unit: Unit];
}

const number = (key: keyof GpuValues, unit: Unit, ...names: string[]): Field => ({ names, value: [key, unit] });
const text = (...names: string[]): Field => ({ names });

const count = text('count');
const index = text('index');
const uuid = text('uuid');
const migMode = text('mig.mode.current');
const reasons = text('clocks_event_reasons.active', 'clocks_throttle_reasons.active');
/** The last field: only a model could contain a comma. */
const model = text('name');

const fields: readonly Field[] = [
  count,
  index,
  uuid,
  migMode,
  reasons,
  number('utilization', units.percent, 'utilization.gpu'),
  number('memoryControllerUtilization', units.percent, 'utilization.memory'),
  number('encoderUtilization', units.percent, 'utilization.encoder'),
  number('decoderUtilization', units.percent, 'utilization.decoder'),
  number('memoryUsedBytes', units.mebibytes, 'memory.used'),
  number('memoryTotalBytes', units.mebibytes, 'memory.total'),
  number('powerWatts', units.watts, 'power.draw'),
  number('powerLimitWatts', units.watts, 'enforced.power.limit', 'power.limit'),
  number('temperatureCelsius', units.celsius, 'temperature.gpu'),
  number('memoryTemperatureCelsius', units.celsius, 'temperature.memory'),
  number('clockHertz', units.megahertz, 'clocks.current.sm', 'clocks.sm'),
  number('memoryClockHertz', units.megahertz, 'clocks.current.memory', 'clocks.mem'),
  number('correctedErrors', units.errors, 'ecc.errors.corrected.volatile.total'),
  number('uncorrectedErrors', units.errors, 'ecc.errors.uncorrected.volatile.total'),
  model,
];

/** Query that the driver understands: each field under one name. */
export type Query = ReadonlyMap<Field, string>;

/** Returns the query without the names that the driver refused. */
export function queryWithout(refused: ReadonlySet<string>): Query {
  const chosen = fields.flatMap((field): [Field, string][] => {
    const name = field.names.find((each) => !refused.has(each));
    return name === undefined ? [] : [[field, name]];
  });
  return new Map(chosen);
}

/** Returns the field that a line refuses. */
export function refusedField(line: string): string | undefined {
  return /^Field "([^"]*)" is not a valid field to query/.exec(line)?.[1];
}

/** GPU in one line, and what the line tells about the rest. */
export interface QueriedGpu {
  readonly reading: GpuReading;
  /** Number of GPUs, hence of lines. */
  readonly count: number | undefined;
  readonly hasInstances: boolean;
}

/** Parses a line of `--query-gpu --format=csv,noheader,nounits`; `undefined` if it is not the line of a GPU. */
export function parseGpuLine(line: string, query: Query): QueriedGpu | undefined {
  const given = line.split(',').map((cell) => cell.trim());
  if (given.length < query.size) return undefined;
  const cells = [...given.slice(0, query.size - 1), given.slice(query.size - 1).join(', ')];
  const byField = new Map(Array.from(query.keys(), (field, position) => [field, cells[position] ?? '']));
  const id = byField.get(uuid) ?? '';
  if (!/^GPU-[\w-]+$/.test(id)) return undefined;
  const mask = byField.get(reasons) ?? '';
  const values = Array.from(byField, ([{ value }, cell]) => value && [value[0], toBase(numberOf(cell), value[1])]);
  return {
    reading: {
      id,
      index: toBase(numberOf(byField.get(index)), units.gpus) ?? 0,
      name: textOf(byField.get(model)) ?? 'NVIDIA GPU',
      vendor: 'NVIDIA',
      ...(Object.fromEntries(values.filter((each) => each !== undefined)) as GpuValues),
      throttleReasons: /^0x[\da-f]{1,16}$/i.test(mask) ? throttleReasonsOf(Number(mask)) : undefined,
    },
    count: toBase(numberOf(byField.get(count)), units.gpus),
    hasInstances: byField.get(migMode) === 'Enabled',
  };
}

/** Parses a plain number. Everything else is absent: `[N/A]`, `[Not Supported]`, `[GPU requires reset]`, `ERR!`. */
function numberOf(cell: string | undefined): number | undefined {
  return cell !== undefined && /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined;
}

function textOf(cell: string | undefined): string | undefined {
  return cell === undefined || cell === '' || /^(\[.*\]|N\/A|ERR!)$/.test(cell) ? undefined : cell;
}

/** Part of a MIG instance in the output of `nvidia-smi -q`. */
type Instance = { index?: number; gpuInstance?: number; computeInstance?: number; used?: number; total?: number };

const keys: Readonly<Record<string, keyof Instance>> = {
  Index: 'index',
  'GPU Instance ID': 'gpuInstance',
  'Compute Instance ID': 'computeInstance',
};
const memoryKeys: Readonly<Record<string, keyof Instance>> = { Used: 'used', Total: 'total' };

/** Returns a parser of the lines of `nvidia-smi -q`, which calls `show` with the instances of each GPU that has any. */
export function instanceParser(show: (instances: readonly GpuReading[]) => void): (line: string) => void {
  let instances: Instance[] = [];
  let name = '';
  let section = '';
  let isInside = false;
  return (line) => {
    const [, indent = '', key = '', cell] = /^( *)([^:]*?)(?:\s+:\s+(.*))?$/.exec(line.trimEnd()) ?? [];
    if (line.startsWith('GPU ')) instances = [];
    if (indent.length === 4) isInside = key === 'MIG Device';
    if (isInside && indent.length === 4) instances.push({});
    if (cell === undefined) section = key;
    const instance = instances.at(-1);
    if (isInside && instance !== undefined) {
      const target = indent.length === 8 ? keys[key] : /FB Memory Usage$/.test(section) ? memoryKeys[key] : undefined;
      const value = numberOf(cell?.replace(/ MiB$/, ''));
      if (target !== undefined && value !== undefined) instance[target] = value;
    }
    if (indent.length !== 4 || cell === undefined) return;
    if (key === 'Product Name') name = cell;
    // Follows the instances.
    if (key === 'GPU UUID' && instances.length > 0) show(instances.flatMap((each) => readingOf(each, cell, name)));
  };
}

function readingOf(instance: Instance, parent: string, name: string): GpuReading[] {
  const { index = 0, gpuInstance, computeInstance, used, total } = instance;
  if (gpuInstance === undefined || computeInstance === undefined) return [];
  const id = instanceId(parent, gpuInstance, computeInstance);
  const memoryUsedBytes = toBase(used, units.mebibytes);
  const memoryTotalBytes = toBase(total, units.mebibytes);
  return [{ id, index, name, vendor: 'NVIDIA', parent, memoryUsedBytes, memoryTotalBytes }];
}

/** Exit codes of nvidia-smi without a GPU: no device found, no driver loaded, no library found. */
const codesWithoutGpu: readonly (number | null)[] = [6, 9, 12];

/** Reports whether nvidia-smi ended because the machine has no GPU of NVIDIA. */
export function isWithoutGpu(code: number | null, lastLine: string): boolean {
  return codesWithoutGpu.includes(code) || /^No devices were found/.test(lastLine);
}
