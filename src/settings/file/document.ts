/** Parses the text of a configuration file: YAML 1.2 with variable references replaced. */
import {
  type Document,
  isMap,
  isPair,
  type Node,
  type Pair,
  parse,
  parseDocument as parseYaml,
  type Scalar,
  visit,
} from 'yaml';
import { messageOf } from '../../errors.js';
import type { Environment } from '../../options/resolve.js';
import { ConfigNode, type Report } from './config-node.js';
import { substitute } from './substitution.js';

/**
 * Parses a file and reports its errors.
 *
 * An invalid reference becomes null. Invalid YAML yields `undefined`, because its meaning would be a guess.
 */
export function parseDocument(text: string, environment: Environment, report: Report): ConfigNode | undefined {
  const document = parseYaml(text, { version: '1.2', logLevel: 'error' });
  for (const error of document.errors) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    const [cause = ''] = error.message.split('\n');
    report.problems.push({
      where: `${report.file}:${line}:${col}`,
      expected: `valid YAML (${cause.replace(/ at line.*/, '')})`,
    });
  }
  if (document.errors.length > 0) return undefined;
  substituteAll(document, environment, report);
  try {
    return new ConfigNode(document.toJS(), '', report);
  } catch (error) {
    report.problems.push({ where: report.file, expected: `valid YAML (${messageOf(error)})` });
    return undefined;
  }
}

function substituteAll(document: Document.Parsed, environment: Environment, report: Report): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const outcome = substitute(node.value, environment);
      if ('invalid' in outcome) {
        report.problems.push({
          where: report.where(pathOf(key, ancestors)),
          value: outcome.invalid,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a literal reference of the file format.
          expected: '${NAME} or ${NAME:-default}, with a literal dollar sign written $$',
        });
        node.value = null;
      } else if (outcome.replaced) node.value = node.type === 'PLAIN' ? typed(outcome.text) : outcome.text;
    },
  });
}

/** Types a substituted plain scalar. A variable cannot introduce a list or a mapping. */
function typed(text: string): unknown {
  let value: unknown;
  try {
    value = parse(text, { version: '1.2', logLevel: 'error' });
  } catch {
    return text;
  }
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : text;
}

function pathOf(key: number | 'key' | 'value' | null, ancestors: readonly (Document | Node | Pair)[]): string {
  let path = '';
  const chain = [...ancestors];
  for (const [depth, node] of chain.entries()) {
    if (isPair(node)) path += `${path === '' ? '' : '.'}${(node.key as Scalar).value}`;
    else if (!isMap(node) && 'items' in node) {
      const next = chain[depth + 1];
      const index = next === undefined ? key : (node.items as unknown[]).indexOf(next);
      path += `[${index}]`;
    }
  }
  return path;
}
