/** Names and labels of rows. */
import { fitAttributes } from '../../backends/console/fit-attributes.js';
import { renderAttributes } from '../../backends/console/rows.js';
import { cutMiddle, visible, widthOf } from '../../backends/console/terminal-text.js';
import { type Label, sharedLabels, type TableRow } from './table-rows.js';

/** Columns that labels behind the name of a metric need. */
const minLabelsWidth = 8;

/** Returns the sign of a row: `+` for a metric that can be expanded, `-` for an expanded one, else a blank. */
export function signOf({ metric, shared, isExpanded }: TableRow): string {
  if (shared !== undefined || metric.series.size < 2) return ' ';
  return isExpanded ? '-' : '+';
}

/**
 * Returns the name of a metric and the labels that its series share, as far as there is room and without those of the
 * instrumentation scope; of the row of a series, its other labels.
 */
export function nameText(row: TableRow, width: number): string {
  const { metric, changes, shared } = row;
  if (shared !== undefined) {
    const hidden = new Set(shared.map(([name]) => name));
    const own = textsOf(changes[0]?.now.labels.filter(([name]) => !hidden.has(name)) ?? []);
    return `    ${own.length === 0 ? '(no labels)' : fitAttributes(own, width - 4)}`;
  }
  const name = `${signOf(row)} ${cutMiddle(visible(metric.name), width - 2)}`;
  const rest = width - widthOf(name) - 1;
  const labels = rest < minLabelsWidth ? [] : textsOf(sharedLabels(changes).filter((label) => !isScope(label)));
  return labels.length === 0 ? name : `${name} ${fitAttributes(labels, rest)}`;
}

/** Returns all labels of a series, or those that all series of a metric share, as `name=value`. */
export function wholeLabels({ changes }: TableRow): string[] {
  return textsOf(sharedLabels(changes));
}

/** Reports whether a label names the instrumentation scope, which is rarely of interest. */
const isScope = ([name]: Label) => name.startsWith('otel_scope_');

/** Returns `name=value` for each label. Labels of the instrumentation scope are last. */
function textsOf(labels: readonly Label[]): string[] {
  const inOrder = [...labels.filter((label) => !isScope(label)), ...labels.filter(isScope)];
  return renderAttributes(Object.fromEntries(inOrder));
}
