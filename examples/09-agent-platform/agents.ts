/** Two agents that find and fix defects: the quick one searches the text, the thorough one also compiles it. */
import { Script } from 'node:vm';
import type { Defect } from './samples.ts';

/** Result of a review. */
export interface Review {
  readonly found: readonly Defect[];
  /** Program after the fixes. */
  readonly fixed: string;
  /** Number of words and signs that the agent read and wrote. */
  readonly tokens: { readonly input: number; readonly output: number };
}

/** An agent that reviews programs. */
export interface Agent {
  readonly name: 'quick' | 'thorough';
  review(source: string): Review;
}

/** US dollars per million tokens, by agent. */
export const prices = { quick: { input: 0.5, output: 1.5 }, thorough: { input: 3, output: 15 } };

/** Returns the cost of a review in US dollars. */
export function costOf(agent: Agent['name'], { tokens }: Review): number {
  return (tokens.input * prices[agent].input + tokens.output * prices[agent].output) / 1e6;
}

const superficial: readonly [Defect, RegExp][] = [
  ['eval', /\beval\(/],
  ['loose-equality', /[^=!<>]==[^=]/],
  ['var', /\bvar\b/],
  ['debugger', /\bdebugger\b/],
];

const deep: readonly [Defect, RegExp][] = [
  ...superficial,
  ['hard-coded-secret', /\b(?:password|secret|token)\s*=\s*['"]/],
  ['assignment-in-condition', /\bif\s*\([^=!<>()]*[^=!<>]=[^=>]/],
  ['empty-catch', /catch\s*(?:\([^)]*\))?\s*\{\s*\}/],
];

/** Searches the text only. */
export const quick: Agent = {
  name: 'quick',
  review: (source) => reviewOf(source, found(source, superficial)),
};

/** Compiles the program first, and searches it only if it compiles. */
export const thorough: Agent = {
  name: 'thorough',
  review: (source) => {
    const program = source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    return reviewOf(source, compiles(program) ? found(program, deep) : ['syntax']);
  },
};

/** Reports whether a program compiles. Does not run it. */
export function compiles(source: string): boolean {
  try {
    new Script(source);
    return true;
  } catch {
    return false;
  }
}

/** Returns the defects in a program. */
export function found(source: string, rules: typeof deep = deep): Defect[] {
  return rules.flatMap(([defect, pattern]) => (pattern.test(source) ? [defect] : []));
}

function reviewOf(source: string, defects: readonly Defect[]): Review {
  const fixed = fix(source, defects);
  const output = tokensOf(defects.join(' ')) + (fixed === source ? 0 : tokensOf(fixed));
  return { found: defects, fixed, tokens: { input: tokensOf(source), output } };
}

function fix(source: string, defects: readonly Defect[]): string {
  let fixed = source;
  if (defects.includes('var')) fixed = fixed.replace(/\bvar\b/g, 'let');
  if (defects.includes('loose-equality')) fixed = fixed.replace(/([^=!<>])==([^=])/g, '$1===$2');
  if (defects.includes('debugger')) fixed = fixed.replace(/^\s*debugger;\n/gm, '');
  return compiles(fixed) || !compiles(source) ? fixed : source;
}

function tokensOf(text: string): number {
  return text.match(/\w+|[^\s\w]/g)?.length ?? 0;
}
