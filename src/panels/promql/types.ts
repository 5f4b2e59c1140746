/** Types of expressions of PromQL, checked as Prometheus does before it evaluates them. */
import type { parser } from '@prometheus-io/lezer-promql';
import { type Signature, signatures, type ValueType } from './signatures.js';

/** Node of the syntax tree. */
type Node = ReturnType<typeof parser.parse>['topNode'];

/** Reports a problem of a node. */
type Report = (node: Node, expected: string) => void;

const named: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  string: 'a text',
  vector: 'an instant vector',
  matrix: 'a range vector, such as up[5m]',
};

const comparisons: ReadonlySet<string> = new Set(['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte']);
const sets: ReadonlySet<string> = new Set(['And', 'Or', 'Unless']);

/** Modifiers that follow an expression: windows, subqueries, offsets. */
const modifiers: ReadonlySet<string> = new Set([
  'MatrixSelector',
  'SubqueryExpr',
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
]);

/**
 * Checks the types of an expression without syntax errors: arguments of functions, operands, and what modifiers follow.
 *
 * @param root of the tree of `text`.
 */
export function checkTypes(root: Node, text: string, report: Report): void {
  const [expression] = partsOf(root);
  if (expression !== undefined) new TypeCheck(text, report).query(expression);
}

/** TypeCheck checks the expressions of one text. */
class TypeCheck {
  readonly #text: string;
  readonly #report: Report;

  constructor(text: string, report: Report) {
    this.#text = text;
    this.#report = report;
  }

  query(node: Node): void {
    this.#expect(node, this.#typeOf(node), ['vector', 'scalar'], 'a query');
  }

  /** The grammar applies modifiers to all of `a + b[5m]`, Prometheus to the last operand: they are passed on as `after`. */
  #typeOf(node: Node, after: readonly Node[] = []): ValueType {
    if (modifiers.has(node.name)) return this.#typeOf(partsOf(node)[0] as Node, [node, ...after]);
    if (node.name === 'BinaryExpr') return this.#binary(node, after);
    if (node.name === 'UnaryExpr') {
      const found = this.#typeOf(partsOf(node)[0] as Node, after);
      this.#expect(node, found, ['scalar', 'vector'], 'a sign');
      return found;
    }
    return this.#modified(node, this.#primary(node), after);
  }

  #primary(node: Node): ValueType {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return 'scalar';
      case 'StringLiteral':
        return 'string';
      case 'ParenExpr':
        return this.#typeOf(partsOf(node)[0] as Node);
      case 'FunctionCall':
      case 'AggregateExpr':
        return this.#call(node);
      default:
        if (selectsAll(node, this.#textOf))
          this.#report(node, 'a selector needs a name, or a matcher of no empty text');
        return 'vector';
    }
  }

  #call(node: Node): ValueType {
    // Aggregations are keywords, which may be upper-case.
    const name = this.#textOf(node.firstChild as Node).toLowerCase();
    const given = partsOf(node.getChild('FunctionCallBody') as Node);
    const { types, min, max, result } = signatures.get(name) ?? unknownSignature;
    if (given.length < min || given.length > max) this.#report(node, `${name} needs ${countText(min, max)}`);
    for (const [index, each] of given.entries()) {
      const type = types[Math.min(index, types.length - 1)];
      const found = this.#typeOf(each);
      if (type !== undefined) this.#expect(each, found, [type], name);
    }
    return result;
  }

  #binary(node: Node, after: readonly Node[]): ValueType {
    const [left, right] = partsOf(node) as [Node, Node];
    const types = [this.#typeOf(left), this.#typeOf(right, after)] as const;
    const operator = left.nextSibling as Node;
    const text = this.#textOf(operator);
    const hasBool = node.getChild('BoolModifier') !== null;
    const matching = node.getChild('MatchingModifierClause');
    const isGrouped = (matching?.getChild('GroupLeft') ?? matching?.getChild('GroupRight') ?? null) !== null;
    const operands: readonly ValueType[] = sets.has(operator.name) ? ['vector'] : ['scalar', 'vector'];
    this.#expect(left, types[0], operands, text);
    this.#expect(right, types[1], operands, text);
    const areScalars = types.every((type) => type === 'scalar');
    const isComparison = comparisons.has(operator.name);
    if (hasBool && !isComparison) this.#report(operator, 'bool only after a comparison');
    if (isComparison && areScalars && !hasBool) this.#report(operator, `${text} bool between two scalars`);
    if (matching !== null && types.includes('scalar'))
      this.#report(matching, 'on or ignoring between instant vectors only');
    if (isGrouped && sets.has(operator.name)) this.#report(operator, `${text} without group_left or group_right`);
    return areScalars ? 'scalar' : 'vector';
  }

  #modified(node: Node, type: ValueType, after: readonly Node[]): ValueType {
    let [found, isSelector, hasOffset] = [type, node.name === 'VectorSelector', false];
    for (const modifier of after) {
      if (modifier.name === 'MatrixSelector') {
        if (!isSelector || hasOffset || found !== 'vector')
          this.#report(modifier, 'a window such as [5m] directly after a selector, and [5m:] after other expressions');
        found = 'matrix';
      } else if (modifier.name === 'SubqueryExpr') {
        this.#expect(node, found, ['vector'], 'a subquery');
        [found, isSelector] = ['matrix', true];
      } else {
        if (!isSelector) this.#report(modifier, 'offset and @ after a selector or a subquery');
        hasOffset = true;
      }
    }
    return found;
  }

  #expect(node: Node, found: ValueType, types: readonly ValueType[], where: string): void {
    if (types.includes(found)) return;
    this.#report(node, `${where} needs ${types.map((each) => named[each]).join(' or ')}, not ${named[found]}`);
  }

  readonly #textOf = ({ from, to }: Node): string => this.#text.slice(from, to);
}

/** Signature of a function that a later version of the grammar has. */
const unknownSignature: Signature = { types: [], min: 0, max: Number.POSITIVE_INFINITY, result: 'vector' };

/** True if every condition of a selector also matches series without the label. Prometheus rejects such a selector. */
function selectsAll(node: Node, textOf: (node: Node) => string): boolean {
  if (node.name !== 'VectorSelector' || node.getChild('Identifier') !== null) return false;
  const matchers = node.getChild('LabelMatchers');
  if (matchers === null || matchers.getChild('QuotedLabelName') !== null) return false;
  const all = [...matchers.getChildren('UnquotedLabelMatcher'), ...matchers.getChildren('QuotedLabelMatcher')];
  return all.every((each) => {
    const operator = textOf(each.getChild('MatchOp') as Node);
    const value = textOf(each.getChild('StringLiteral') as Node).slice(1, -1);
    if (operator === '=' || operator === '!=') return (value === '') === (operator === '=');
    return matchesEmpty(value) === (operator === '=~');
  });
}

function matchesEmpty(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test('');
  } catch {
    // A pattern of Go's syntax that JavaScript does not have.
    return false;
  }
}

/** Returns the expressions directly below a node. */
function partsOf(node: Node): Node[] {
  return node.getChildren('Expr');
}

function countText(min: number, max: number): string {
  if (min === max) return min === 1 ? '1 argument' : `${min} arguments`;
  return max === Number.POSITIVE_INFINITY ? `${min} arguments or more` : `${min} to ${max} arguments`;
}
