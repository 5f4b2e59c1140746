/**
 * Room `testing`: what users' tests check their metrics with. Text enters; families and problems leave. May import
 * errors, model, naming and catalogue, and no package.
 *
 * `line-scanner.ts`, `sample-line.ts` and `metadata-line.ts` read a line, `exposition.ts` makes `families.ts` of lines,
 * `family-rules.ts`, `histogram-rules.ts` and `style-rules.ts` check them, `promlint.ts` is the whole.
 *
 * @module
 */
export { parseExposition } from './exposition.js';
export type { MetricType, ParsedFamily } from './families.js';
export type { ExpositionFormat } from './line-scanner.js';
export { type LintException, type LintOptions, promlint } from './promlint.js';
export { type LintProblem, type LintRule, type LintRuleText, type LintSeverity, lintRules } from './rules.js';
export type { ParsedExemplar, ParsedSample } from './sample-line.js';
