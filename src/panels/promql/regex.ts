/**
 * Checks regular expressions of matchers, whose syntax is that of RE2: without look-around and back-references.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */

/** Returns the first problem of a regular expression; `undefined` if RE2 accepts it. */
export function regexProblem(pattern: string): string | undefined {
  try {
    new RegexCheck(pattern).all();
    return undefined;
  } catch (error) {
    if (error instanceof RegexProblem) return error.message;
    throw error;
  }
}

class RegexProblem extends Error {}

/** Highest number of repetitions, also of nested ones together. */
const maxRepeat = 1_000;

const posixClasses = /^\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit)$/;

/** RegexCheck reads one pattern from left to right. */
class RegexCheck {
  readonly #pattern: string;
  #at = 0;
  /** For each open group, the highest number of repetitions in it. The first is that of the whole pattern. */
  readonly #groups = [1];
  /** Repetitions within what a repetition would apply to; `undefined` if nothing precedes. */
  #atom: number | undefined;
  #isRepeated = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  all(): void {
    while (this.#at < this.#pattern.length) this.#part();
    if (this.#groups.length > 1) throw new RegexProblem('missing )');
  }

  #part(): void {
    const flags = this.#take(/\(\?[imsU]*(?:-[imsU]+)?\)/y);
    if (flags !== undefined) {
      this.#isRepeated = false;
      return;
    }
    const group = this.#take(/\((?:\?P?<\w+>|\?[imsU]*(?:-[imsU]+)?:|(?!\?))/y);
    if (group !== undefined) {
      this.#groups.push(1);
      this.#atom = undefined;
      return;
    }
    const [, least, comma, most] = this.#match(/\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/y) ?? [];
    if (least !== undefined) this.#repeat(Number(least), comma === undefined ? Number(least) : numberOf(most));
    else if (this.#take(/[*+?]/y) !== undefined) this.#repeat(0, undefined);
    else if (this.#take(/\|/y) !== undefined) this.#atom = undefined;
    else if (this.#take(/\)/y) !== undefined) this.#close();
    else this.#single();
  }

  #close(): void {
    const inner = this.#groups.pop() as number;
    if (this.#groups.length === 0) throw new RegexProblem('unexpected )');
    this.#add(inner);
  }

  #single(): void {
    if (this.#take(/\[/y) !== undefined) this.#class();
    else if (this.#take(/\\Q/y) !== undefined) this.#take(/.*?(?:\\E|$)/sy);
    else if (this.#take(/\\[AbBz]/y) === undefined) this.#characters();
    this.#add(1);
  }

  /** Reads a character, or an escape of one or several characters. */
  #characters(): void {
    if (!this.#isSet()) this.#character();
  }

  #class(): void {
    this.#take(/\^/y);
    for (let isFirst = true; isFirst || this.#take(/\]/y) === undefined; isFirst = false) {
      const [, name] = this.#match(/\[:(.*?):\]/y) ?? [];
      if (name !== undefined && !posixClasses.test(name)) throw new RegexProblem(`unknown class [:${name}:]`);
      if (name !== undefined || this.#isSet()) continue;
      const low = this.#character(']');
      if (this.#take(/-(?!\])/y) !== undefined && this.#character(']') < low)
        throw new RegexProblem('a range in order');
    }
  }

  /** Reads a set such as `\d` or `\p{Greek}`, if there is one. */
  #isSet(): boolean {
    if (this.#take(/\\[dDsSwW]/y) !== undefined) return true;
    const [, letter, name = letter] = this.#match(/\\[pP](?:([A-Z])|\{\^?(\w+)\})/y) ?? [];
    if (name === undefined) return false;
    if (!isUnicodeClass(name)) throw new RegexProblem(`unknown class \\p{${name}}`);
    return true;
  }

  /** Reads one character, and returns its code. */
  #character(closing = ''): number {
    if (this.#at >= this.#pattern.length) throw new RegexProblem(`missing ${closing}`);
    if (this.#take(/\(/y) !== undefined) {
      if (closing === '') throw new RegexProblem('no (? with other characters, such as look-around');
      return 40;
    }
    const plain = this.#take(/[^\\]/uy);
    if (plain !== undefined) return plain.codePointAt(0) as number;
    const [, octal, hex] = this.#match(/\\(?:(0[0-7]{0,2}|[1-7][0-7]{1,2})|x(?:([0-9a-fA-F]{2})))/y) ?? [];
    const [, long = hex] = this.#match(/\\x\{([0-9a-fA-F]+)\}/y) ?? [];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    if (long !== undefined && Number.parseInt(long, 16) <= 0x10ffff) return Number.parseInt(long, 16);
    const escaped = this.#take(/\\(?:[afnrtv]|[ -/:-@[-`{-~])/y);
    if (escaped === undefined) throw new RegexProblem(`no escape ${this.#pattern.slice(this.#at, this.#at + 2)}`);
    return controls[escaped[1] as string] ?? (escaped.codePointAt(1) as number);
  }

  #add(repeats: number): void {
    this.#atom = repeats;
    this.#isRepeated = false;
    const inner = this.#groups.at(-1) as number;
    this.#groups[this.#groups.length - 1] = Math.max(inner, repeats);
  }

  /** Applies a repetition. @param most `undefined` without a limit. */
  #repeat(least: number, most: number | undefined): void {
    if (this.#atom === undefined || this.#isRepeated) throw new RegexProblem('something before each repetition');
    const repeats = this.#atom * Math.max(1, most ?? least);
    if (least > (most ?? least) || Math.max(least, repeats) > maxRepeat)
      throw new RegexProblem(`ascending numbers of repetitions up to ${maxRepeat}`);
    this.#take(/\?/y);
    this.#add(repeats);
    this.#isRepeated = true;
  }

  #take(pattern: RegExp): string | undefined {
    return this.#match(pattern)?.[0];
  }

  /** Matches at the current place, and moves behind the match. @param pattern with the flag `y`. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#pattern) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

/** Reports whether a name is that of a general category or of a script. */
function isUnicodeClass(name: string): boolean {
  try {
    return name === 'Any' || new RegExp(`\\p{${/^[A-Z][a-z]?$/.test(name) ? 'gc' : 'Script'}=${name}}`, 'u') !== null;
  } catch {
    return false;
  }
}
