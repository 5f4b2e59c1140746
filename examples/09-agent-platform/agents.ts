/** Two agents that look for defects and mend some: one is quick and superficial, the other reads the program. */
import { Script } from 'node:vm';
import type { Defect } from './samples.ts';

/** What an agent returns. */
export interface Review {
  readonly found: readonly Defect[];
  /** The program with the defects mended that can be. */
  readonly mended: string;
  /** What the agent read and wrote, in words and signs. */
  readonly tokens: { readonly input: number; readonly output: number };
}

/** Its name, and how it reviews a program. */
export interface Agent {
  readonly name: 'quick' | 'thorough';
  review(source: string): Review;
}

/** US dollars for a million tokens, by agent. */
export const prices = { quick: { input: 0.5, output: 1.5 }, thorough: { input: 3, output: 15 } };

/** What a review cost, in US dollars. */
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

/** Looks at the text and nothing else. */
export const quick: Agent = {
  name: 'quick',
  review: (source) => reviewOf(source, found(source, superficial)),
};

/** Compiles the program first; one that cannot be compiled is not looked at any further. */
export const thorough: Agent = {
  name: 'thorough',
  review: (source) => {
    const program = source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    return reviewOf(source, compiles(program) ? found(program, deep) : ['syntax']);
  },
};

/** Whether a program can be compiled; nothing of it runs. */
export function compiles(source: string): boolean {
  try {
    new Script(source);
    return true;
  } catch {
    return false;
  }
}

/** What is left in a program. */
export function found(source: string, rules: typeof deep = deep): Defect[] {
  return rules.flatMap(([defect, pattern]) => (pattern.test(source) ? [defect] : []));
}

function reviewOf(source: string, defects: readonly Defect[]): Review {
  const mended = mend(source, defects);
  const output = tokensOf(defects.join(' ')) + (mended === source ? 0 : tokensOf(mended));
  return { found: defects, mended, tokens: { input: tokensOf(source), output } };
}

function mend(source: string, defects: readonly Defect[]): string {
  let mended = source;
  if (defects.includes('var')) mended = mended.replace(/\bvar\b/g, 'let');
  if (defects.includes('loose-equality')) mended = mended.replace(/([^=!<>])==([^=])/g, '$1===$2');
  if (defects.includes('debugger')) mended = mended.replace(/^\s*debugger;\n/gm, '');
  return compiles(mended) || !compiles(source) ? mended : source;
}

function tokensOf(text: string): number {
  return text.match(/\w+|[^\s\w]/g)?.length ?? 0;
}
