/** Counts measurements and attributes that could not be recorded as given, and logs each reason once per metric. */
import type { AttributeType, AttributeTypes } from '../catalogue/attributes.js';
import { type Made, valueCall } from '../catalogue/other-calls.js';
import { fitBefore } from '../errors/fit.js';
import { nearest } from '../errors/nearest.js';
import { renderValue } from '../errors.js';
import { diag } from '../model/diag.js';
import { labelOf, type Named, quoted } from './message-labels.js';

/** Parts of a message about a rejection: the arguments of `Reject`. */
interface Rejected {
  readonly instrument: Made;
  readonly about: string;
  readonly value: unknown;
  readonly declared: DeclaredValues | undefined;
  /** Declared attributes of the instrument. */
  readonly types: AttributeTypes;
}

/** The values that are declared for an attribute or a state set. */
export type DeclaredValues = Pick<AttributeType, 'kind' | 'values' | 'min' | 'max' | 'limit'>;

/** Tag of the template of a message; it cuts long values. */
type Say = ReturnType<typeof fitBefore>;

/** Describes what happened, by reason. */
const explanations = {
  value_not_finite: (say: Say, { about, instrument }: Rejected) =>
    say`ignored ${about}: expected ${about === objectAsValue ? valueCall(instrument) : 'a finite number'}`,
  value_negative: (say: Say, { about }: Rejected) => say`ignored ${about}: negative values are not allowed`,
  value_fraction: (say: Say, { about }: Rejected) =>
    say`truncated ${about} to an integer: the instrument has the value type INT`,
  /** `undefined` if the attribute is missing because of a mistake that is already logged. */
  attribute_missing: (say: Say, { about, value }: Rejected) =>
    value === true ? undefined : say`recorded without attribute ${quoted(about)}: it is required but missing`,
  attribute_undeclared: explainUndeclared,
  attribute_other: explainOther,
  attribute_invalid: (say: Say, { about, value, declared }: Rejected) =>
    declared === undefined
      ? say`dropped attribute ${quoted(about)}: unsupported key or value`
      : say`recorded attribute ${quoted(about)} as _OTHER: got ${typeof value}, expected ${declared.kind}`,
  state_undeclared: (say: Say, { value, declared }: Rejected) =>
    say`ignored state ${shown(value)}: expected ${listOf(declared)}`,
  attribute_cut: (say: Say, { about }: Rejected) =>
    say`truncated attribute ${quoted(about)}: key or value longer than 4,096 characters`,
  attributes_invalid: (say: Say, { about }: Rejected) =>
    say`recorded without attributes: expected an object of attributes, got ${about}`,
  attributes_bound: (say: Say) => say`ignored the attributes of a call on a bound handle, which has those of bind()`,
  attributes_unreadable: (say: Say, { about }: Rejected) =>
    about === ''
      ? say`recorded without attributes: reading them threw an error`
      : say`${about}; recorded without its attributes`,
  value_returned: (say: Say, { instrument }: Rejected) =>
    say`ignored a value that a callback returned: expected (o) => o.${valueCall(instrument)}`,
  /** `undefined` if a reader reports the failure. */
  callback_failed: (say: Say, { about, value }: Rejected) =>
    value === true ? undefined : say`callback ${about}; its series are missing until it succeeds`,
  call_unknown: (say: Say, { about }: Rejected) => say`${about}() does not exist`,
  after_shutdown: (say: Say) => say`ignored a measurement after shutdown()`,
  event_unreadable: (say: Say) => say`dropped an event: reading it threw an error`,
  /** Logged with the limit and the cause: by the stream, and by `CreationCheck`. */
  series_overflow: undefined,
  instrument_overflow: undefined,
  scope_overflow: undefined,
};

/** Description of a value that is an object: attributes in the place of the value. */
export const objectAsValue = 'a value of type object';

/** Names the value and the declared ones where the application lists them; elsewhere only the limit that is used up. */
function explainOther(say: Say, { about, value, declared }: Rejected): string {
  const isListed = declared?.kind === 'oneOf' || declared?.min !== undefined;
  if (isListed)
    return say`recorded attribute ${quoted(about)} as _OTHER: got ${shown(value)}, expected ${listOf(declared)}`;
  return say`recorded attribute ${quoted(about)} as _OTHER: its limit of ${declared?.limit ?? 0} values is reached`;
}

/** Names the absent attribute with the nearest key, and another required one that is absent. */
function explainUndeclared(say: Say, { about, value, types }: Rejected): string {
  const absent = Object.keys(types).filter((key) => !hasAttribute(value, key));
  const meant = nearest(about, absent);
  const missing = absent.find((key) => key !== meant && types[key]?.required === true);
  const hint = meant === undefined ? '' : ` (did you mean ${quoted(meant)}?)`;
  const more = missing === undefined ? '' : `; required attribute ${quoted(missing)} is missing`;
  return say`dropped attribute ${quoted(about)}: it is not declared${hint}${more}`;
}

function hasAttribute(attributes: unknown, key: string): boolean {
  try {
    const value = (attributes as Readonly<Record<string, unknown>>)[key];
    return value !== undefined && value !== null;
  } catch {
    return false;
  }
}

function listOf(declared: DeclaredValues | undefined): string {
  return declared?.values?.join(', ') ?? `an integer from ${declared?.min} to ${declared?.max}`;
}

/** Shows a value of a recording. Reads no property: that of a proxy may throw. */
export function shown(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? typeof value : renderValue(value, 40);
}

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
 * Counts one rejection.
 *
 * @param about key of the attribute, a description of the measured value, or the error of a function of the application.
 * @param value value of the attribute or state. Logged only where its values are declared: any other may be confidential.
 * Of an undeclared attribute, all attributes. Of a missing one and of a failed callback, true if the cause is reported elsewhere.
 * @param declared the declared values.
 */
export type Reject = (reason: RejectionReason, about?: string, value?: unknown, declared?: DeclaredValues) => void;

/** Reports the misuses of one instrument. */
export interface Reports {
  readonly instrument: Named & { readonly unit: string };
  readonly reject: Reject;
  /** Logs, but does not count, a misuse that loses no measurement; once per `about`. */
  warn(about: string, message: string): void;
  /** Counts and logs a measurement by a call that does not exist; once per call. */
  rejectCall(call: string, replacement: string): void;
}

/**
 * Creates the reports of one instrument, which count its rejections in `log`.
 *
 * @param types its declared attributes.
 */
export function reportsOf(instrument: Reports['instrument'], log: RejectionLog, types: AttributeTypes = {}): Reports {
  const warned = new Set<string>();
  const isFirst = (about: string) => !warned.has(about) && warned.add(about) !== undefined;
  const count = (reason: RejectionReason) => {
    log.counts[reason]++;
  };
  /** Returns the tag of a message. The label is one of the values that it cuts. */
  const sayBefore = (remedy: string, reason?: RejectionReason) => {
    const isCounted = reason !== undefined && log.exportedAs !== undefined;
    const endWith = (counted: string) => `${remedy}; ${isCounted ? counted : ''}logged once per metric`;
    const counted = `counted in ${log.exportedAs}{reason="${reason}"}; `;
    const tag = fitBefore(endWith(counted), endWith(`counted as ${reason}; `));
    const label = labelOf(instrument);
    return (texts: TemplateStringsArray, ...values: readonly (string | number)[]) =>
      tag(['', `: ${texts[0]}`, ...texts.slice(1)] as unknown as TemplateStringsArray, label, ...values);
  };
  return {
    instrument,
    reject(reason, about = '', value = undefined, declared = undefined) {
      count(reason);
      const explain = explanations[reason];
      if (explain === undefined || warned.has(reason)) return;
      const message = explain(sayBefore('', reason), { instrument, about, value, declared, types });
      if (message !== undefined && isFirst(reason)) diag.warn(message);
    },
    warn(about, message) {
      if (isFirst(about)) diag.warn(sayBefore('')`${message}`);
    },
    rejectCall(call, replacement) {
      count('call_unknown');
      if (!isFirst(call)) return;
      const say = sayBefore(`: use ${replacement}`, 'call_unknown');
      diag.warn(
        explanations.call_unknown(say, { instrument, about: call, value: undefined, declared: undefined, types }),
      );
    },
  };
}
