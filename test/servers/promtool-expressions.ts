/** Evaluates expressions over given samples with `promtool test rules`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Samples, and expressions over them. */
export interface ExpressionGroup {
  /** Seconds between the values of a series, from 1970-01-01 on. */
  readonly interval: number;
  /** Series in the notation of promtool. */
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly expressions: readonly { readonly promql: string; readonly at: number }[];
}

/** Result of an expression: values by the text of the labels without the name of the metric, or an error. */
export type ExpressionResult =
  | { readonly values: ReadonlyMap<string, number>; readonly error?: undefined }
  | { readonly values?: undefined; readonly error: string };

/**
 * Returns the results of all expressions, group by group.
 *
 * @param rules content of a file of rules.
 * @param interval seconds between evaluations of rules, and steps of subqueries.
 */
export function evaluateWithPromtool(
  bin: string,
  groups: readonly ExpressionGroup[],
  { rules, interval }: { readonly rules: object; readonly interval: number },
): ExpressionResult[][] {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-promtool-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules));
    const tests = groups.map((group, index) => testOf(group, index));
    const file = { rule_files: ['rules.yml'], evaluation_interval: `${interval}s`, tests };
    writeFileSync(join(folder, 'test.yml'), JSON.stringify(file));
    const run = spawnSync(bin, ['test', 'rules', 'test.yml'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const results = parse(`${run.stdout}${run.stderr}`);
    return groups.map(({ expressions }, index) =>
      // Without samples the expectation of no samples holds, and promtool does not mention the expression.
      expressions.map((_, each) => results.get(`${index}.${each}`) ?? { values: new Map() }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testOf({ interval, series, expressions }: ExpressionGroup, index: number): object {
  return {
    interval: `${interval}s`,
    input_series: series,
    // A comment identifies the expression in the output. No samples are expected, so that promtool prints those that it got.
    promql_expr_test: expressions.map(({ promql, at }, each) => ({
      expr: `${promql} # ${index}.${each}`,
      eval_time: `${at}s`,
    })),
  };
}

function parse(output: string): Map<string, ExpressionResult> {
  const results = new Map<string, ExpressionResult>();
  let id = '';
  for (const line of output.split('\n')) {
    const [, ofExpression, error] = /^ {4}expr: ".* # ([0-9.]+)", time: [^,]+,(?: err: (.*))?$/.exec(line) ?? [];
    if (ofExpression !== undefined) id = ofExpression;
    if (error !== undefined) results.set(id, { error });
    const [, got] = /^ {8}got: ?(.*)$/.exec(line) ?? [];
    if (got !== undefined) results.set(id, { values: valuesOf(got) });
    if (ofExpression === undefined && got === undefined && /\S/.test(line) && !/^( {2}FAILED:| {8}exp: )/.test(line))
      throw new Error(`promtool: ${line.trim()}`);
  }
  return results;
}

function valuesOf(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const [, labels = '', value = ''] of text.matchAll(/\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\} (\S+?)(?:, (?=\{)|$)/g)) {
    const pairs = [...labels.matchAll(/([^,={ ]+)="((?:[^"\\]|\\.)*)"/g)]
      .filter(([, name]) => name !== '__name__')
      .map(([, name = '', of = '']) => [name, JSON.parse(`"${of}"`)] as const);
    values.set(labelText(Object.fromEntries(pairs)), numberOf(value));
  }
  return values;
}

/** Returns a text that is equal for equal labels. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function numberOf(text: string): number {
  return text.endsWith('Inf')
    ? text.startsWith('-')
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : Number(text);
}
