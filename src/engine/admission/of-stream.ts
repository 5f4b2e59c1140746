/** The admission of a stream. */
import type { Reject } from '../rejections.js';
import { processAll, type StreamPlan } from '../views.js';
import type { Admission } from './admission.js';
import { declaredAdmission } from './declared.js';
import { openAdmission } from './undeclared.js';

/** Creates the admission of a stream: declared types first, then the attribute processors of its views. */
export function admissionOf({ attributes, processors }: StreamPlan, reject: Reject): Admission {
  const process = processAll(processors);
  if (attributes === undefined) return openAdmission(process);
  const declared = declaredAdmission(attributes);
  if (process === undefined) return declared;
  const open = openAdmission((given) => process(declared.admit(given, reject)));
  const openObserved = openAdmission((given) => process(declared.admitObserved(given, reject)));
  return {
    ...open,
    mayBeError: declared.mayBeError,
    isError: declared.isError,
    admitObserved: openObserved.admit,
    settle: declared.settle,
    endObservations: declared.endObservations,
    // Limits count the values of series: those that the processors leave.
    keep(attributes) {
      declared.keep(attributes);
      open.keep(attributes);
    },
    forget() {
      declared.forget();
      open.forget();
    },
  };
}
