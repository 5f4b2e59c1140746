/** Interface of the encoders of all formats, and the assembly of a response from what they encode. */
import type { Resource } from '../../model/otel-data.js';
import type { PointVisitor } from '../../model/points.js';
import type { FamilyOptions } from './family-registry.js';

/** Options of an exposition. */
export interface ExpositionOptions extends FamilyOptions {
  /** Keys of resource attributes that become labels of every series. */
  readonly resourceLabels: readonly string[];
  /** True to add `_created` samples with the start times of counters and histograms (OpenMetrics). */
  readonly createdSamples: boolean;
}

/** Encoded family. */
export interface FamilyParts {
  /** Names that its samples can have. */
  readonly names: readonly string[];
  readonly chunks: readonly (string | Uint8Array)[];
}

/** Encodes one walk at a time. */
export interface ExpositionEncoder extends PointVisitor {
  /** Resource of the last walk. */
  readonly resource: Resource | undefined;
  /** Number of points that the families of the last walk contain. */
  readonly points: number;
  /** Number of points of the last walk that were merged into others, because their labels are equal. */
  readonly merged: number;
  /** Returns the encoded families of the last walk. */
  families(): readonly FamilyParts[];
  /** Returns the resource as a metric. Called last, because attributes of a resource may be asynchronous. */
  target(): string | Uint8Array;
  /**
   * Keeps the memory of the last walk from being overwritten by later walks. The returned function allows its reuse; call
   * it when nothing reads the families any more.
   */
  hold?(): () => void;
  /** Last bytes of a response. */
  readonly trailer: string;
}

/** Encoded scrape. */
export interface Body {
  /** Parts of the whole response; the same objects at each read. */
  readonly all: readonly Uint8Array[];
  /** Returns the families that have a sample with one of these names; the same objects for the same names. */
  named(names: ReadonlySet<string>): readonly Uint8Array[];
}

/** Returns the response for the walk that has just ended. */
export function bodyOf(exposition: ExpositionEncoder): Body {
  const families = [{ names: ['target_info'], chunks: [exposition.target()] }, ...exposition.families()];
  const end = { names: [], chunks: [exposition.trailer] };
  const selections = new Map<string, readonly Uint8Array[]>();
  return {
    all: joined([...families, end]),
    named(wanted) {
      const key = [...wanted].sort().join('\n');
      const known = selections.get(key);
      if (known !== undefined) return known;
      const parts = joined([...families.filter(({ names }) => names.some((name) => wanted.has(name))), end]);
      if (selections.size < mostSelections) selections.set(key, parts);
      return parts;
    },
  };
}

/** Maximum number of cached selections. Concurrent scrapes of the same names share one. */
const mostSelections = 16;

/** Parts are joined up to about this many bytes; larger parts stay separate. */
const partBytes = 32_768;

function joined(families: readonly FamilyParts[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let smallBytes = 0;
  const join = () => {
    if (small.length > 0) parts.push(small.length === 1 ? (small[0] as Uint8Array) : Buffer.concat(small));
    small = [];
    smallBytes = 0;
  };
  for (const chunk of families.flatMap(({ chunks }) => chunks)) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (smallBytes + bytes.length > partBytes) join();
    if (bytes.length === 0) continue;
    small.push(bytes);
    smallBytes += bytes.length;
  }
  join();
  return parts;
}
