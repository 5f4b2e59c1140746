/** What all formats have in common: a visitor for one scrape at a time, and the parts that an answer is put together from. */
import type { Resource } from '@opentelemetry/resources';
import type { PointVisitor } from '../../model/points.js';
import type { FamilyOptions } from './family-registry.js';

/** What an exposition shows beside the metrics. */
export interface ExpositionOptions extends FamilyOptions {
  /** Keys of the resource's attributes that become labels of every series. */
  readonly resourceLabels: readonly string[];
  /** Whether OpenMetrics shows when counters and histograms began, as samples of their own. */
  readonly createdSamples: boolean;
}

/** The parts of a family, in order. */
export interface FamilyParts {
  /** The names that its samples can have. */
  readonly names: readonly string[];
  readonly chunks: readonly (string | Uint8Array)[];
}

/** An encoder: driven by a walk, then asked for what it made. */
export interface ExpositionEncoder extends PointVisitor {
  /** That of the last walk. */
  readonly resource: Resource | undefined;
  /** What the last walk made. */
  families(): readonly FamilyParts[];
  /** The resource as a metric; asked for last, because a resource may still be finding out about itself. */
  target(): string | Uint8Array;
  /**
   * Keeps what the last walk made as it is, whatever the next ones make. What this returns may be called once nobody reads
   * it any more: its memory is used again then.
   */
  hold?(): () => void;
  /** What ends the format. */
  readonly trailer: string;
}

/** One scrape, written. */
export interface Body {
  /** All of it, in the same parts each time. */
  readonly all: readonly Uint8Array[];
  /** Of the families alone that have a sample of one of these names; the same parts for the same names. */
  named(names: ReadonlySet<string>): readonly Uint8Array[];
}

/** What an encoder made of the walk that has just ended. */
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

/** Selections that are kept: who asks for the same at the same time gets the same. */
const mostSelections = 16;

/** Parts are joined up to about this many bytes; larger ones are left as they are. */
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
