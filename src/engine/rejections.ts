/** Counts measurements and attributes that could not be recorded as given, and logs each reason once per metric. */
import { diag } from '../model/diag.js';
import type { InstrumentKind } from '../model/instrument.js';
import { labelOf, quoted } from './message-labels.js';

/** Describes what happened, by reason; `about` is what `Reject` was called with. */
const explanations = {
  value_not_finite: (about: string) => `ignored ${about}: expected a finite number`,
  value_negative: (about: string) => `ignored ${about}: negative values are not allowed`,
  value_fraction: (about: string) => `truncated ${about} to an integer: the instrument has the value type INT`,
  attribute_missing: (key: string) => `recorded without attribute ${quoted(key)}: it is required but missing`,
  attribute_undeclared: (key: string) => `dropped attribute ${quoted(key)}: it is not declared`,
  attribute_other: (key: string) =>
    `recorded attribute ${quoted(key)} as _OTHER: value not declared or beyond its limit`,
  attribute_invalid: (key: string) =>
    `dropped attribute ${quoted(key)} or recorded it as _OTHER: unsupported key or value`,
  state_undeclared: () => 'ignored a state that is not declared',
  attribute_cut: (key: string) => `truncated attribute ${quoted(key)}: key or value longer than 4,096 characters`,
  attributes_unreadable: () => 'recorded without attributes: reading them threw an error',
  event_unreadable: () => 'dropped an event: reading it threw an error',
  /** Logged with the limit and the cause: by the stream, and by `CreationCheck`. */
  series_overflow: undefined,
  instrument_overflow: undefined,
  scope_overflow: undefined,
};

/**
 * Reason why a measurement or an attribute was not recorded as given.
 *
 * `attribute_missing` is counted at the first recording of an attribute set. `attribute_undeclared` is counted at every
 * recording after its first detection. Every other reason is counted at every recording.
 */
export type RejectionReason = keyof typeof explanations;

/** Number of occurrences of each reason. */
export type RejectionCounts = { [R in RejectionReason]: number };

/** Counts of all metrics of a provider. */
export interface RejectionLog {
  readonly counts: RejectionCounts;
  /** Name of the metric that exports the counts; messages refer to it. `undefined` if no metric exports them. */
  exportedAs: string | undefined;
}

/** Returns counts of zero for all reasons. */
export function noRejections(): RejectionCounts {
  return Object.fromEntries(Object.keys(explanations).map((reason) => [reason, 0])) as RejectionCounts;
}

/**
 * Counts one rejection. `about` is the key of the attribute, or describes the measured value. It never contains the
 * value of an attribute, which may be confidential.
 */
export type Reject = (reason: RejectionReason, about?: string) => void;

/** Returns the function that counts the rejections of one instrument in `log`. */
export function rejectionsOf(
  instrument: { readonly kind: InstrumentKind; readonly name: string },
  log: RejectionLog,
): Reject {
  const warned = new Set<RejectionReason>();
  return (reason, about = '') => {
    log.counts[reason]++;
    const explain = explanations[reason];
    if (explain === undefined || warned.has(reason)) return;
    warned.add(reason);
    const counted = log.exportedAs === undefined ? '' : `counted in ${log.exportedAs}{reason="${reason}"}; `;
    diag.warn(`${labelOf(instrument)}: ${explain(about)}; ${counted}logged once per metric`);
  };
}
