/** Checks the shape of options of `startMetrics` that no table declares: lists, objects, a clock, a flag. */
import { type Problem, wrongObject } from '../errors.js';
import type { Clock } from '../model/clock.js';
import { kindOf } from './argument-shapes.js';

/** Forms of options that hold other values. */
const forms = {
  catalogues: 'an object such as { shop }',
  packs: 'an object such as { http: http() }',
  collectors: 'a list such as [runtime()]',
  backends: 'a list such as [prometheus()]',
  readers: 'a list of readers',
  views: 'a list of views',
};

type HoldingOption = keyof typeof forms;

/** Checks by option. Each of them returns at most one problem, whose location is the option. */
const checks: Readonly<Record<string, (value: unknown) => Problem[]>> = {
  ...Object.fromEntries(
    Object.keys(forms).map((option) => [option, (value: unknown) => formProblems(option as HoldingOption, value)]),
  ),
  resource: (value) => wrongObject('resource', value, 'an object with resource attributes'),
  environment: (value) => wrongObject('environment', value, 'an object with variables'),
  clock: clockProblems,
  isolated: (value) => (typeof value === 'boolean' ? [] : [{ where: 'isolated', value, expected: 'true or false' }]),
};

/**
 * Returns the options without those of another shape, and the problems of these. Their contents are not checked: they would
 * give further problems of the same cause.
 */
export function wellFormed<T extends object>(options: T): { readonly given: T; readonly problems: Problem[] } {
  const found = Object.entries(options).map(([name, value]) => ({
    entry: [name, value] as const,
    problems: value !== undefined && Object.hasOwn(checks, name) ? (checks[name]?.(value) ?? []) : [],
  }));
  const valid = found.filter(({ problems }) => problems.length === 0);
  return {
    given: Object.fromEntries(valid.map(({ entry }) => entry)) as T,
    problems: found.flatMap(({ problems }) => problems),
  };
}

/** Checks that an option is a list or an object, before its contents are read. */
function formProblems(option: HoldingOption, value: unknown): Problem[] {
  const isList = Array.isArray(value);
  const valid = option === 'catalogues' || option === 'packs' ? isByName(value) : isList;
  if (valid) return [];
  const [first] = kindOf(value) === undefined ? Object.values(Object(value)) : [value];
  const kind = kindOf(first);
  if (kind?.option !== option) return [{ where: option, value, expected: forms[option] }];
  const form = forms[option].startsWith('a list') ? 'a list' : 'an object';
  const found = isList ? 'a list' : first === value ? `a single ${kind.noun}` : 'an object';
  return [{ where: option, expected: `${form} such as ${kind.example(first as object, 'shop')}, not ${found}` }];
}

/** Reports whether a value is an object that holds others by name. */
function isByName(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && kindOf(value) === undefined;
}

/** Checks the members of a clock. */
function clockProblems(value: unknown): Problem[] {
  const clock = value as Partial<Clock> | null;
  const isClock = [clock?.nowUnixMs, clock?.monotonicMs].every((read) => typeof read === 'function');
  return isClock ? [] : [{ where: 'clock', value, expected: 'a clock with nowUnixMs() and monotonicMs()' }];
}
