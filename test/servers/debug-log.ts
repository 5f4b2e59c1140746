/** Parses the detailed text that the Collector's `debug` exporter and Rotel's debug log print. */

/** The metrics of one resource in one request. */
export interface ReceivedBatch {
  readonly resource: Readonly<Record<string, string>>;
  readonly metrics: readonly ReceivedMetric[];
}

/** A received metric. */
export interface ReceivedMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: string;
  /** `cumulative` or `delta`; absent for types without temporality. */
  readonly temporality?: string;
  readonly monotonic?: boolean;
  readonly points: readonly ReceivedPoint[];
}

/** A received data point. Attributes are written as `Str(web)`, so that numbers and strings differ. */
export interface ReceivedPoint {
  readonly attributes: Readonly<Record<string, string>>;
  /** `Value`, or `Count`, `Sum`, `Min` and `Max`. */
  readonly values: Readonly<Record<string, number>>;
  /** Boundaries of a histogram; empty otherwise. */
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
}

type Section = Record<string, string>;

interface OpenPoint {
  attributes: Section;
  values: Record<string, number>;
  bounds: number[];
  buckets: number[];
}

/** Returns every batch in the log, in order of arrival. The last batch may be incomplete. */
export function readDebugLog(log: string): ReceivedBatch[] {
  const batches: { resource: Section; metrics: { descriptor: Section; points: OpenPoint[] }[] }[] = [];
  let section: Section = {};
  for (const line of log.split('\n')) {
    const batch = batches.at(-1);
    const metric = batch?.metrics.at(-1);
    const entry = /^ {5}-> (.+?): (.*)$/.exec(line);
    if (/ResourceMetrics #\d+$/.test(line)) {
      section = {};
      batches.push({ resource: section, metrics: [] });
    } else if (/^ScopeMetrics #\d+$/.test(line)) {
      section = {};
    } else if (/^Metric #\d+$/.test(line)) {
      section = {};
      batch?.metrics.push({ descriptor: section, points: [] });
    } else if (/^\w+DataPoints #\d+$/.test(line)) {
      section = {};
      metric?.points.push({ attributes: section, values: {}, bounds: [], buckets: [] });
    } else if (entry !== null) {
      section[entry[1] as string] = entry[2] as string;
    } else {
      const point = metric?.points.at(-1);
      if (point !== undefined) readNumber(point, line);
    }
  }
  return batches.map(({ resource, metrics }) => ({
    resource,
    metrics: metrics.map(({ descriptor, points }) => ({ ...describe(descriptor), points })),
  }));
}

function readNumber(point: OpenPoint, line: string): void {
  const [, label = '', text = ''] =
    /^(Value|Count|Sum|Min|Max|ExplicitBounds #\d+|Buckets #\d+, Count): (.+)$/.exec(line) ?? [];
  if (label === '') return;
  if (label.startsWith('ExplicitBounds')) point.bounds.push(Number(text));
  else if (label.startsWith('Buckets')) point.buckets.push(Number(text));
  else point.values[label] = Number(text);
}

function describe(descriptor: Section): Omit<ReceivedMetric, 'points'> {
  const { Name = '', Description = '', Unit = '', DataType = '', AggregationTemporality, IsMonotonic } = descriptor;
  return {
    name: Name,
    description: Description,
    unit: Unit,
    type: DataType,
    ...(AggregationTemporality === undefined
      ? {}
      : { temporality: AggregationTemporality.replace(/^AGGREGATION_TEMPORALITY_/, '').toLowerCase() }),
    ...(IsMonotonic === undefined ? {} : { monotonic: IsMonotonic === 'true' }),
  };
}
