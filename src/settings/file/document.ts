/** The text of a configuration file as data: YAML 1.2 with references to variables replaced. */
import type { Document, Node, Pair, Scalar } from 'yaml';
import type { Environment } from '../../options/resolve.js';
import { Place, type Report } from './place.js';
import { substitute } from './substitution.js';

/** What of the package `yaml` is used; brought by whoever reads a file, so that nobody else loads it. */
export type YamlLibrary = Pick<typeof import('yaml'), 'parseDocument' | 'parse' | 'visit' | 'isMap' | 'isPair'>;

/**
 * Reads a file. What is wrong with it goes to `report`; where that is a reference, nothing stands in its place, and where
 * it is the YAML, there is no result: what it would mean is anybody's guess.
 */
export function parseDocument(
  text: string,
  environment: Environment,
  yaml: YamlLibrary,
  report: Report,
): Place | undefined {
  const document = yaml.parseDocument(text, { version: '1.2', logLevel: 'error' });
  const before = report.problems.length;
  for (const error of document.errors) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    const [what = ''] = error.message.split('\n');
    report.problems.push({
      where: `${report.file}:${line}:${col}`,
      expected: `YAML (${what.replace(/ at line.*/, '')})`,
    });
  }
  if (report.problems.length > before) return undefined;
  substituteAll(document, environment, yaml, report);
  try {
    return new Place(document.toJS(), '', report);
  } catch (error) {
    report.problems.push({ where: report.file, expected: `YAML (${(error as Error).message})` });
    return undefined;
  }
}

function substituteAll(document: Document.Parsed, environment: Environment, yaml: YamlLibrary, report: Report): void {
  yaml.visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const outcome = substitute(node.value, environment);
      if ('invalid' in outcome) {
        report.problems.push({
          where: report.where(pathOf(key, ancestors, yaml)),
          value: outcome.invalid,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a file refers to a variable.
          expected: '${NAME} or ${NAME:-default}; a dollar sign is written $$',
        });
        node.value = null;
      } else if (outcome.replaced) node.value = node.type === 'PLAIN' ? typed(outcome.text, yaml) : outcome.text;
    },
  });
}

/** Types are found out after variables were put in; but no list and no mapping comes out of a variable. */
function typed(text: string, yaml: YamlLibrary): unknown {
  let value: unknown;
  try {
    value = yaml.parse(text, { version: '1.2', logLevel: 'error' });
  } catch {
    return text;
  }
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : text;
}

function pathOf(
  key: number | 'key' | 'value' | null,
  ancestors: readonly (Document | Node | Pair)[],
  yaml: YamlLibrary,
): string {
  let path = '';
  const chain = [...ancestors];
  for (const [index, node] of chain.entries()) {
    if (yaml.isPair(node)) path += `${path === '' ? '' : '.'}${(node.key as Scalar).value}`;
    else if (!yaml.isMap(node) && 'items' in node) {
      const next = chain[index + 1];
      const place = next === undefined ? key : (node.items as unknown[]).indexOf(next);
      path += `[${place}]`;
    }
  }
  return path;
}
