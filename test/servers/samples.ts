/** Samples in one form, whoever read them, so that what was recorded and what was read back can be compared whole. */

/** A sample as a parser or a server gave it. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Values by name and labels. */
export type Samples = Readonly<Record<string, number>>;

/** @throws {Error} when two samples have one name and the same labels. */
export function samplesOf(list: Iterable<ReadSample>): Samples {
  const byKey = new Map<string, number>();
  for (const { name, labels, value } of list) {
    const key = keyOf(name, labels);
    if (byKey.has(key)) throw new Error(`Two samples are ${key}`);
    // Text has one zero.
    byKey.set(key, value + 0);
  }
  return Object.fromEntries([...byKey].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A label without a value is no label; bounds are numbers, which formats write differently. */
function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const kept = Object.entries(labels).filter(([, value]) => value !== '');
  const written = kept.map(([label, value]) => `${label}=${JSON.stringify(label === 'le' ? bound(value) : value)}`);
  return `${name}{${written.sort().join(',')}}`;
}

function bound(text: string): string {
  return /inf/i.test(text) ? text : String(Number(text));
}

/** The values alone, in ascending order. */
export function numbersOf(samples: Samples): number[] {
  return Object.values(samples).sort((one, other) => one - other);
}
