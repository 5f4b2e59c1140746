/** Texts of alerts as templates of Prometheus (Go's text/template). */
import type { QueryNames } from '../../panels/promql/names.js';
import type { Query } from '../../panels/query.js';
import { unitOf } from '../../panels/unit.js';

/** Returns a text whose `{label}` stand for labels and whose `{value}` stands for the value of the query. */
export function alertTemplate(text: string, query: Query, names: QueryNames): string {
  return text
    .split(/(\{[^{}]+\})/)
    .map((part, index, { length }) =>
      index % 2 === 0 ? escaped(part, index < length - 1) : placeholder(part.slice(1, -1), query, names),
    )
    .join('');
}

/** Returns a text that a template shows as written. @param isFollowed true if an action follows. */
export function escaped(text: string, isFollowed = false): string {
  // A brace before an action would be part of its delimiter.
  const braces = isFollowed ? /\{\{|\}\}|\{(?=\}\}|$)/g : /\{\{|\}\}|\{(?=\}\})/g;
  return text.replace(braces, (found) => `{{ "${found}" }}`);
}

function placeholder(label: string, query: Query, names: QueryNames): string {
  if (label === 'value') return `{{ $value | ${formatOf(unitOf(query))} }}`;
  const name = names.label(label);
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
    ? `{{ $labels.${name} }}`
    : `{{ index $labels ${JSON.stringify(name)} }}`;
}

function formatOf(unit: string): string {
  if (unit === '1') return 'humanizePercentage';
  if (unit === 's') return 'humanizeDuration';
  return unit === 'By' ? 'humanize1024' : 'humanize';
}
