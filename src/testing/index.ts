/**
 * `otelier/testing`: parses and lints Prometheus expositions in tests of applications.
 *
 * `line-scanner.ts`, `sample-line.ts` and `metadata-line.ts` parse one line, `exposition.ts` groups lines into families,
 * `family-rules.ts`, `histogram-rules.ts` and `style-rules.ts` check families, `promlint.ts` combines all checks.
 *
 * @module
 */
export { parseExposition } from './exposition.js';
export type { MetricType, ParsedFamily } from './families.js';
export type { ExpositionFormat } from './line-scanner.js';
export { type LintException, type LintOptions, promlint } from './promlint.js';
export { type LintProblem, type LintRule, type LintRuleText, type LintSeverity, lintRules } from './rules.js';
export type { ParsedExemplar, ParsedSample } from './sample-line.js';
