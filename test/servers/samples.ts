/** A common form of samples, so that recorded and parsed samples can be compared. */

/** A parsed sample. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Values by name and labels. */
export type Samples = Readonly<Record<string, number>>;

/** Returns samples by name and labels. @throws {Error} if two samples have equal names and labels. */
export function samplesOf(list: Iterable<ReadSample>): Samples {
  const byKey = new Map<string, number>();
  for (const { name, labels, value } of list) {
    const key = keyOf(name, labels);
    if (byKey.has(key)) throw new Error(`duplicate sample ${key}`);
    // Text formats have no negative zero.
    byKey.set(key, value + 0);
  }
  return Object.fromEntries([...byKey].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Returns a key that ignores empty labels and the notation of bucket bounds. */
function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const kept = Object.entries(labels).filter(([, value]) => value !== '');
  const written = kept.map(([label, value]) => `${label}=${JSON.stringify(label === 'le' ? bound(value) : value)}`);
  return `${name}{${written.sort().join(',')}}`;
}

function bound(text: string): string {
  return /inf/i.test(text) ? text : String(Number(text));
}

/** Returns the values in ascending order. */
export function numbersOf(samples: Samples): number[] {
  return Object.values(samples).sort((one, other) => one - other);
}
