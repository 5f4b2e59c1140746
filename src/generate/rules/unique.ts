/** Names that must be unique within the generated rules. */
import type { RuleGroup } from '../../panels/rules.js';
import { type Claim, requireUnique } from '../files.js';
import type { NamedRules } from './named-rules.js';

/**
 * Checks that objectives, alerts and recordings have names of their own. Recordings of one name may differ in labels.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with a problem for each further objective, alert or recording.
 */
export function requireUniqueRules(rules: readonly NamedRules[]): void {
  const seen = new Set<string>();
  const claims = rules.flatMap(({ name, from = name, groups }) =>
    groups.flatMap((group) => {
      const objective = objectiveOf(group);
      const source = `group ${group.name} of ${from}`;
      if (objective === undefined) return rulesIn(group, source);
      // The rules of a repeated objective are not reported one by one.
      const claim = { name: `objective ${JSON.stringify(objective)}`, from: source };
      if (seen.has(objective)) return [claim];
      seen.add(objective);
      return [claim, ...rulesIn(group, source)];
    }),
  );
  requireUnique(claims);
}

function rulesIn({ alerts, recordings }: RuleGroup, from: string): Claim[] {
  return [
    ...alerts.map(({ name }) => ({ name: `alert ${JSON.stringify(name)}`, from })),
    ...recordings.map(({ name, labels }) => {
      const key = JSON.stringify([name, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))]);
      return { name: `recording ${JSON.stringify(name)}`, from, key: `recording ${key}` };
    }),
  ];
}

/** Returns the name of the objective whose rules a group holds. */
function objectiveOf({ name, recordings }: RuleGroup): string | undefined {
  const objective = recordings[0]?.labels.slo;
  return name === `slo-${objective}` ? objective : undefined;
}
