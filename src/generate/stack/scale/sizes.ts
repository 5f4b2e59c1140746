/**
 * Sizes of the servers, from the number of series and the interval of their samples.
 *
 * Samples per second are series divided by the interval. Disk is samples per second times retention times bytes per sample,
 * as in Prometheus' documentation of its storage, with the upper bound of 2 bytes that it names. Resources of Mimir are
 * those of its page on planning capacity.
 *
 * @see https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
 * @see https://grafana.com/docs/mimir/latest/manage/run-production-environment/planning-capacity/
 */

/** Load from which sizes are computed. */
export interface Load {
  /** Number of active series. */
  readonly series: number;
  /** Interval of their samples in seconds. */
  readonly intervalSeconds: number;
}

/** Sizes of one machine, and of a Mimir with three replicas. */
export interface Sizes {
  readonly samplesPerSecond: number;
  /** Bytes on disk of 30 days of all samples. */
  readonly fullBytes: number;
  /** Bytes on disk of one year at 5 minutes and at 1 hour. */
  readonly downsampledBytes: number;
  readonly mimir: {
    /** Cores and bytes of memory of all distributors. */
    readonly distributorCores: number;
    readonly distributorBytes: number;
    /** Cores and bytes of memory and disk of all ingesters. */
    readonly ingesterCores: number;
    readonly ingesterBytes: number;
    readonly ingesterDiskBytes: number;
  };
}

const day = 86_400;
const bytesPerSample = 2;
/** Downsampled series for each original series, at most: sum, count, minimum and maximum of a gauge. */
const seriesPerSeries = 4;
const replicas = 3;
const perDistributorCore = 25_000;
const perIngesterCore = 300_000;

/** Returns the sizes for a load. */
export function sizesOf({ series, intervalSeconds }: Load): Sizes {
  const samplesPerSecond = series / intervalSeconds;
  const downsampledPerSecond = series * seriesPerSeries * (1 / 300 + 1 / 3_600);
  return {
    samplesPerSecond,
    fullBytes: samplesPerSecond * 30 * day * bytesPerSample,
    downsampledBytes: downsampledPerSecond * 365 * day * bytesPerSample,
    mimir: {
      distributorCores: samplesPerSecond / perDistributorCore,
      distributorBytes: (samplesPerSecond / perDistributorCore) * 1e9,
      ingesterCores: (series * replicas) / perIngesterCore,
      ingesterBytes: ((series * replicas) / perIngesterCore) * 2.5e9,
      ingesterDiskBytes: ((series * replicas) / perIngesterCore) * 5e9,
    },
  };
}

/** Returns the sizes as a table of Markdown. */
export function sizeTable(load: Load): string {
  const { samplesPerSecond, fullBytes, downsampledBytes, mimir } = sizesOf(load);
  const rows = [
    ['samples per second', rounded(samplesPerSecond)],
    ['disk of Prometheus, all samples for 30 days', bytes(fullBytes)],
    ['disk of Prometheus, downsampled for 1 year', bytes(downsampledBytes)],
    ['Mimir, all distributors', `${rounded(mimir.distributorCores)} cores, ${bytes(mimir.distributorBytes)} memory`],
    [
      'Mimir, all ingesters (3 replicas)',
      `${rounded(mimir.ingesterCores)} cores, ${bytes(mimir.ingesterBytes)} memory, ${bytes(mimir.ingesterDiskBytes)} disk`,
    ],
  ];
  const head = `| for ${grouped(load.series)} series every ${load.intervalSeconds} s | size |\n|---|---|\n`;
  return head + rows.map(([what, size]) => `| ${what} | ${size} |\n`).join('');
}

/** Returns a number with two digits, never 0 for something that is needed. */
function rounded(value: number): string {
  return value >= 100 ? grouped(Math.ceil(value)) : String(Number(value.toPrecision(2)));
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return `${rounded(value / 10 ** (3 * power))} ${units[power]}`;
}
