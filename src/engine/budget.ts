/** Use of a metric's cardinality limit. */
import type { WidestAttribute } from './admission/admission.js';

/** Series of a metric in use, against its limit. */
export interface Budget {
  readonly metric: string;
  readonly used: number;
  readonly limit: number;
  /** Returns the attribute with the most values. */
  widest(): WidestAttribute | undefined;
}
