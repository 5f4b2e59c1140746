/** Arguments of `remove`: finds the series, or reports the wrong argument. */
import type { Attributes } from '@opentelemetry/api';
import { quoted } from './message-labels.js';
import type { DeclaredValues, RejectionReason, Reports } from './rejections.js';
import type { Series } from './series.js';
import type { SeriesStore } from './store.js';

/** Returns the active series of these attributes; `undefined` if there is no such series or reading them throws. */
export function seriesToRemove(
  store: SeriesStore,
  given: Attributes | undefined,
  reports: Reports,
): Series | undefined {
  const { admission } = store.options;
  const attributes: unknown = given ?? {};
  const warn = (problem: string) => reports.warn('remove', `remove() removed nothing: ${problem}`);
  if (typeof attributes !== 'object') {
    warn(`expected an object of attributes, got a value of type ${typeof given}`);
    return undefined;
  }
  const problems = new Map<RejectionReason, string>();
  try {
    const admitted = admission.admit(attributes as Attributes, (reason, about = '', _value, declared) => {
      const problem = problemOf(reason, about, declared, admission.keys);
      if (problem !== undefined) problems.set(reason, problem);
    });
    const undeclared = problems.get('attribute_undeclared');
    const series = undeclared === undefined ? store.known(admitted) : undefined;
    // A misspelt key is also missing.
    const problem = undeclared ?? problems.values().next().value;
    if (series === undefined && problem !== undefined) warn(problem);
    return series;
  } catch {
    return undefined;
  }
}

/** Describes an attribute that no recording could have; `undefined` for a value whose limit is reached. */
function problemOf(
  reason: RejectionReason,
  key: string,
  declared: DeclaredValues | undefined,
  keys: readonly string[] | undefined,
): string | undefined {
  if (reason === 'attribute_undeclared')
    return `attribute ${quoted(key)} is not declared: expected ${[...(keys ?? [])].sort().join(', ') || 'none'}`;
  if (reason === 'attribute_missing') return `attribute ${quoted(key)} is missing`;
  const isListed = declared?.kind === 'oneOf' || declared?.min !== undefined;
  return reason === 'attribute_invalid' || isListed
    ? `attribute ${quoted(key)} has a value that is not declared`
    : undefined;
}
