/** Variables that no option reads: unknown names of otelier, and misspelled names of OpenTelemetry's metrics variables. */
import { fit } from '../errors/fit.js';
import { nearest } from '../errors/nearest.js';
import type { Problem } from '../errors.js';
import type { OptionTable } from '../options/option.js';
import type { Environment } from '../options/resolve.js';

/** Returns the names of the variables that set the options of a table. */
export function variablesOf(table: OptionTable): string[] {
  return Object.values(table).flatMap(({ environment }) =>
    environment.map((variable) => (typeof variable === 'string' ? variable : variable.name)),
  );
}

/**
 * Returns a problem for each set variable that no option reads.
 *
 * Reports every unknown `OTELIER_*`, and an `OTEL_*` only if it resembles a known name: OpenTelemetry has many variables
 * for other signals, languages and packages.
 */
export function unknownVariables(environment: Environment, known: readonly string[]): Problem[] {
  const candidates = known.filter((name) => /^OTEL(?:IER)?_/.test(name));
  const byRest = new Map(candidates.map((name) => [restOf(name), name]));
  const suggestionFor = (name: string) =>
    nearest(name, candidates) ?? byRest.get(nearest(restOf(name), byRest.keys()) ?? '');
  return Object.keys(environment).flatMap((name) => {
    if (!/^OTEL(?:IER)?_/.test(name) || known.includes(name) || !environment[name]?.trim()) return [];
    const suggestion = suggestionFor(name);
    const isReported = suggestion !== undefined || name.startsWith('OTELIER_');
    return isReported ? [{ where: name, expected: 'a known variable', suggestion }] : [];
  });
}

/** Returns the warning about an unknown variable. */
export function warningOf({ where, suggestion }: Problem): string {
  return suggestion === undefined
    ? fit`${where}: unknown variable; ignored`
    : fit`${where}: unknown variable (did you mean "${suggestion}"?); ignored`;
}

/** Returns a name without the prefixes that are easily confused. */
function restOf(name: string): string {
  return name.replace(/^OTEL(?:IER)?_(?:EXPORTER_)?/, '');
}
