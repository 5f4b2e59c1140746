/** Type and building blocks of the rule cases. */
import type { LintRule } from 'otelier/testing';

/** An exposition that breaks exactly one rule, and a similar valid one. */
export interface Case {
  readonly rule: LintRule;
  readonly invalid: string;
  readonly valid: string;
  /** Text of the problem of the invalid exposition. */
  readonly message: string;
  readonly line: number | undefined;
  /** Format, if it cannot be detected from the expositions. */
  readonly format?: 'text' | 'openmetrics';
}

export const help = '# HELP a What a is.\n';
export const gauge = `${help}# TYPE a gauge\n`;
export const histogram = `${help}# TYPE a histogram\n`;
export const summary = `${help}# TYPE a summary\n`;

/** Joins lines. */
export const text = (...lines: string[]) => `${lines.join('\n')}\n`;

/** Returns an OpenMetrics exposition of a metric `a`. */
export const open = (type: string, ...lines: string[]) =>
  text('# HELP a What a is.', `# TYPE a ${type}`, ...lines, '# EOF');
