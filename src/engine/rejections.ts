/** What recordings brought that could not be kept as given: counted by reason, and said once per metric and reason. */

const explanations = {
  value_not_finite: 'a value was no finite number, and the measurement was dropped',
  value_negative: 'a value was negative where that cannot be, and the measurement was dropped',
  attribute_missing: 'an attribute that the metric requires was not given',
  attribute_undeclared: 'an attribute that the metric does not declare was left out',
  attribute_other: 'an attribute had a value beyond those declared, and became _OTHER',
  attribute_invalid: 'an attribute had a value of a kind that cannot be kept, and became _OTHER or was left out',
  attribute_cut: 'an attribute had a value of more than 4,096 characters, and was cut',
  attributes_unreadable: 'reading the attributes threw, and the measurement was counted without them',
  series_overflow:
    'the metric has all the series that it may have, and the measurement was counted in its overflow series',
  event_unreadable: 'reading an event given to a pack threw, and the event was dropped',
} as const;

/**
 * Why something given to a recording call was not kept as it was.
 *
 * `attribute_missing` is counted when an attribute set is met first, `attribute_undeclared` each time from the first
 * that is noticed, the others each time.
 */
export type RejectionReason = keyof typeof explanations;

/** How often each reason occurred. */
export type RejectionCounts = { [R in RejectionReason]: number };

/** All reasons at zero. */
export function noRejections(): RejectionCounts {
  return Object.fromEntries(Object.keys(explanations).map((reason) => [reason, 0])) as RejectionCounts;
}

/** Counts one rejection; `about` names what it is about, such as the key of an attribute, and never holds a value. */
export type Reject = (reason: RejectionReason, about?: string) => void;

/** The rejections of one metric, counted in `total` and said through `warn`. */
export function rejectionsOf(metric: string, total: RejectionCounts, warn: (message: string) => void): Reject {
  const said = new Set<RejectionReason>();
  return (reason, about) => {
    total[reason]++;
    if (said.has(reason)) return;
    said.add(reason);
    const subject = about === undefined ? '' : ` (${about})`;
    warn(`${metric}: ${explanations[reason]}${subject}. Counted from now on, and said once.`);
  };
}
