/** Rules with the source that they come from. */
import type { RuleGroup } from '../../panels/rules.js';

/** Rules of a pack, a collector or a catalogue. */
export interface NamedRules {
  /** Name of the file. */
  readonly name: string;
  /** Source of the rules in messages, such as `pack host`; the name by default. */
  readonly from?: string;
  readonly groups: readonly RuleGroup[];
}

/** Reports whether a source has an alert or a recording. */
export function hasRules({ groups }: Pick<NamedRules, 'groups'>): boolean {
  return groups.some(({ alerts, recordings }) => alerts.length + recordings.length > 0);
}
