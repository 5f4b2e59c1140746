/** Options of collectors whose metrics are divided into groups: each group has a switch and an interval. */
import { type Problem, wrongObject } from '../errors.js';
import { flagCheck, intervalCheck, type OptionCheck, optionProblems, valueProblems } from './options.js';

/** Options of the groups. */
export interface GroupOptions<G extends string> {
  /** Switches groups off: `{ pressure: false }`. All groups are on by default. */
  readonly groups?: Readonly<Partial<Record<G, boolean>>>;
  /** Milliseconds for which the readings of all groups are reused. */
  readonly intervalMs?: number;
  /** Milliseconds for single groups: `{ disk: 5_000 }`. */
  readonly intervals?: Readonly<Partial<Record<G, number>>>;
}

/** Returns the interval of each group that is on. */
export function intervalsOf<G extends string>(
  defaults: Readonly<Record<G, number>>,
  { groups, intervalMs, intervals }: GroupOptions<G>,
): ReadonlyMap<G, number> {
  const on = (Object.keys(defaults) as G[]).filter((name) => groups?.[name] ?? true);
  return new Map(on.map((name) => [name, intervals?.[name] ?? intervalMs ?? defaults[name]]));
}

/**
 * Returns the problems of the options of a collector with groups.
 *
 * @param more checks of its other options.
 */
export function groupProblems(
  collector: string,
  groupNames: readonly string[],
  options: object,
  more: Readonly<Record<string, OptionCheck>> = {},
): Problem[] {
  const { groups = {}, intervals = {}, ...others } = Object(options) as { groups?: object; intervals?: object };
  const wrong = wrongObject(collector, options);
  if (wrong.length > 0) return wrong;
  const known = { ...more, intervalMs: intervalCheck, groups: anyValue, intervals: anyValue };
  return [
    ...optionProblems(collector, others, known),
    ...byGroup(`${collector}.groups`, groups, groupNames, flagCheck),
    ...byGroup(`${collector}.intervals`, intervals, groupNames, intervalCheck),
  ];
}

/** Their values are checked by group. */
const anyValue: OptionCheck = () => undefined;

function byGroup(where: string, values: object, groupNames: readonly string[], check: OptionCheck): Problem[] {
  const wrong = wrongObject(where, values, 'an object by group');
  if (wrong.length > 0) return wrong;
  const checks = Object.fromEntries(groupNames.map((name) => [name, check]));
  return Object.entries(values).flatMap(([name, value]) =>
    valueProblems(`${where}.${name}`, name, value, checks, 'a group'),
  );
}
