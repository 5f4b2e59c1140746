/**
 * `otelier/testing`: reads metrics in tests of applications, and parses and lints Prometheus expositions.
 *
 * `in-memory-reader.ts` returns values without a backend and resets them between tests.
 * `line-scanner.ts`, `sample-line.ts` and `metadata-line.ts` parse one line, `exposition.ts` groups lines into families,
 * `family-rules.ts`, `histogram-rules.ts` and `style-rules.ts` check families, `promlint.ts` combines all checks.
 *
 * @module
 */
export { parseExposition } from './exposition.js';
export type { MetricType, ParsedFamily } from './families.js';
export { InMemoryReader, type ReadPoint } from './in-memory-reader.js';
export type { ExpositionFormat } from './line-scanner.js';
export { type LintException, type LintOptions, promlint } from './promlint.js';
export { type LintProblem, type LintRule, type LintRuleText, type LintSeverity, lintRules } from './rules.js';
export type { ParsedExemplar, ParsedSample } from './sample-line.js';
