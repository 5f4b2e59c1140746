/** What the cases of the rules are made of. */
import type { LintRule } from 'otelier/testing';

/** An exposition that breaks one rule and nothing else, and one like it that breaks none. */
export interface Case {
  readonly rule: LintRule;
  readonly broken: string;
  readonly sound: string;
  /** What the problem says of the broken one. */
  readonly says: string;
  readonly line: number | undefined;
  /** Where the expositions do not show it. */
  readonly format?: 'text' | 'openmetrics';
}

export const help = '# HELP a What a is.\n';
export const gauge = `${help}# TYPE a gauge\n`;
export const histogram = `${help}# TYPE a histogram\n`;
export const summary = `${help}# TYPE a summary\n`;

/** Lines of text. */
export const text = (...lines: string[]) => `${lines.join('\n')}\n`;

/** A metric `a` in OpenMetrics. */
export const open = (type: string, ...lines: string[]) =>
  text('# HELP a What a is.', `# TYPE a ${type}`, ...lines, '# EOF');
