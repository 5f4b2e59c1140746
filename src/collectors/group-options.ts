/** Options of collectors whose metrics are divided into groups: each group has a switch and an interval. */
import { unknownName } from '../errors/nearest.js';
import { type Problem, wrongObject } from '../errors.js';

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
 * Returns the problems of the options of a collector.
 *
 * @param more further valid options, each with a check that returns the expected value of an invalid one.
 */
export function optionProblems(
  collector: string,
  groupNames: readonly string[],
  options: object,
  more: Readonly<Record<string, (value: unknown) => string | undefined>> = {},
): Problem[] {
  const problems = wrongObject(collector, options);
  if (problems.length > 0) return problems;
  const values: Readonly<Record<string, unknown>> = { ...options };
  const checks = { ...more, intervalMs: wrongInterval };
  const known = ['groups', 'intervals', ...Object.keys(checks)];
  const check = (where: string, value: unknown, expectedOf: (value: unknown) => string | undefined) => {
    const expected = value === undefined ? undefined : expectedOf(value);
    if (expected !== undefined) problems.push({ where, value, expected });
  };
  for (const [name, expectedOf] of Object.entries(checks)) check(`${collector}.${name}`, values[name], expectedOf);
  for (const name of Object.keys(values)) {
    if (!known.includes(name)) problems.push(unknownName(`${collector}.${name}`, name, 'a known option', known));
  }
  for (const [name, expectedOf] of [
    ['groups', wrongFlag],
    ['intervals', wrongInterval],
  ] as const) {
    const ofGroups = values[name] ?? {};
    const where = `${collector}.${name}`;
    const wrong = wrongObject(where, ofGroups, 'an object by group');
    problems.push(...wrong);
    for (const [group, value] of wrong.length > 0 ? [] : Object.entries(ofGroups)) {
      if (groupNames.includes(group)) check(`${where}.${group}`, value, expectedOf);
      else problems.push(unknownName(`${where}.${group}`, group, 'a group', groupNames));
    }
  }
  return problems;
}

const wrongInterval = (value: unknown) =>
  Number.isFinite(value) && (value as number) >= 0 ? undefined : 'milliseconds of at least 0';

/** Returns the expected value of an option that is neither true nor false. */
export const wrongFlag = (value: unknown) => (typeof value === 'boolean' ? undefined : 'true or false');
