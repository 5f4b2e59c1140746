/** Units of the results of queries, in UCUM. */
import type { Query } from './query.js';

/** Returns a number of seconds for a sentence, such as `1 second`. */
export function secondsText(seconds: number): string {
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}

/** Returns the unit of a query's values; the empty text if it is not known. A counted thing `{request}` stays. */
export function unitOf(query: Query): string {
  switch (query.op) {
    case 'samples':
      return query.part === 'value' || query.part === 'sum' ? query.metric.unit : countUnit;
    case 'overTime':
      return ofWindow(query.function, unitOf(query.of));
    case 'aggregate':
      return query.function === 'count' ? countUnit : unitOf(query.of);
    case 'quantile':
      return query.of.of.metric.unit;
    case 'binary':
      return ofOperator(query.operator, query.left, query.right);
    case 'top':
      return unitOf(query.of);
    case 'clock':
      return query.unit === 'seconds' ? 's' : '';
    case 'absent':
    case 'constant':
      return '1';
    case 'recorded':
      return unitOf(query.rule.query);
    case 'raw':
      return '';
  }
}

/** Unit of counts whose thing is not known. */
const countUnit = '{observation}';

function ofWindow(name: string, unit: string): string {
  if (name === 'rate') return perSecond(unit);
  return name === 'changes' || name === 'count' ? '{change}' : unit;
}

/** Seconds per second are a share. */
function perSecond(unit: string): string {
  return unit === 's' ? '1' : `${unit}/s`;
}

function ofOperator(operator: string, left: Query, right: Query): string {
  const [ofLeft, ofRight] = [unitOf(left), unitOf(right)];
  if (operator !== '*' && operator !== '/') return left.op === 'constant' ? ofRight : ofLeft;
  if (right.op === 'constant') return scaled(ofLeft, operator, right.value);
  if (operator === '*') return left.op === 'constant' ? scaled(ofRight, operator, left.value) : '';
  // A mean has the unit of its values, also if these are counted things: points per observation are points.
  return sumUnit(left) ?? quotient(ofLeft, ofRight);
}

/** Returns the unit of the values whose sum a query is; `undefined` for another query. */
function sumUnit(query: Query): string | undefined {
  if (query.op === 'aggregate' || query.op === 'overTime') return sumUnit(query.of);
  return query.op === 'samples' && query.part === 'sum' ? query.metric.unit : undefined;
}

function quotient(left: string, right: string): string {
  if (left === right) return '1';
  const [of, per] = [left.replace(/\/s$/, ''), right.replace(/\/s$/, '')];
  // Counted things are numbers: bytes per request are bytes.
  if ((of === left) === (per === right) && per.startsWith('{')) return of.startsWith('{') ? '1' : of;
  // The sum of seconds per second, divided by observations per second.
  return left === '1' && right.startsWith('{') ? 's' : '';
}

/** A share times 100 is in percent. */
function scaled(unit: string, operator: string, factor: number): string {
  return unit === '1' && operator === '*' && factor === 100 ? '%' : factor === 0 || factor === 1 ? unit : '';
}
