/**
 * Service level objectives: a share of good events, and alerts on the speed at which the error budget is spent.
 *
 * Multi-window, multi-burn-rate alerts as in "The Site Reliability Workbook" (Google, 2018), chapter 5: a long window
 * shows that a significant part of the budget is spent, a short one that it is still being spent.
 */

import type { AttributeTypes } from '../catalogue/attributes.js';
import { MetricsError, type Problem } from '../errors.js';
import { requireFields, requireKnown } from './arguments.js';
import { above, and, atLeast, minus, ratio, times } from './combine.js';
import { type Duration, secondsOf } from './duration.js';
import { type Increasing, increase, requireBoundary, shareBelow } from './queries.js';
import type { Query } from './query.js';
import { alert, type Recording, type RuleGroup, recorded, recording, ruleGroup, type Severity } from './rules.js';
import type { Selectable, Where } from './select.js';

/** Objective on durations: the share of requests that take at most `below`. */
export interface LatencyObjective<A extends AttributeTypes = AttributeTypes> {
  readonly metric: Selectable<'histogram', A>;
  /** One of the bucket boundaries of the metric, in its unit. */
  readonly below: number;
  readonly where?: Where<A>;
}

/** Objective on errors: the share of events that did not fail. Either `failed` or `failures` is given. */
export interface ErrorObjective<A extends AttributeTypes = AttributeTypes> {
  /** Counter or histogram of all events. */
  readonly metric: Selectable<Increasing, A>;
  /** Conditions of the events that failed. */
  readonly failed?: Where<A>;
  /** Counter of the events that failed, if another metric counts them. */
  readonly failures?: Selectable<Increasing>;
  readonly where?: Where<A>;
}

/** Options of an objective: `latency` or `errors`. */
export interface SloOptions<A extends AttributeTypes, B extends AttributeTypes> {
  /** Lower-case words joined by `_`, unique within the rules. */
  readonly name: string;
  /** Share of good events, between 0 and 1, such as 0.99. */
  readonly objective: number;
  /** Period of the objective; `30d` by default. */
  readonly period?: Duration;
  /** One sentence. `{job}` and `{value}` stand for the job and its share of bad events. */
  readonly description: string;
  /** Bad events in the long window of an alert below which it does not fire, from 0; 5 by default. */
  readonly minBadEvents?: number;
  readonly latency?: LatencyObjective<A>;
  readonly errors?: ErrorObjective<B>;
}

/** An objective: its options, and its rules. */
export interface Slo {
  readonly name: string;
  readonly objective: number;
  readonly period: Duration;
  readonly description: string;
  /** Returns the share of bad events in a window, from 0 to 1. */
  badShare(window: Duration): Query;
  readonly rules: RuleGroup;
}

interface BurnRate {
  readonly factor: number;
  readonly long: Duration;
  readonly short: Duration;
  readonly for: Duration;
  readonly severity: Severity;
}

/** For a period of 30 days: 2, 5, 10 and 10 percent of the budget within the long window. */
const burnRates: readonly BurnRate[] = [
  { factor: 14.4, long: '1h', short: '5m', for: '2m', severity: 'page' },
  { factor: 6, long: '6h', short: '30m', for: '15m', severity: 'page' },
  { factor: 3, long: '1d', short: '2h', for: '1h', severity: 'ticket' },
  { factor: 1, long: '3d', short: '6h', for: '3h', severity: 'ticket' },
];

/** Windows of the burn rates, from short to long. */
const windows: readonly Duration[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];

/** Bad events that are enough for an alert. In little traffic, a single one would be a large share. */
const enoughBadEvents = 5;

const fields = ['name', 'objective', 'period', 'description', 'minBadEvents', 'latency', 'errors'];

/**
 * Returns an objective with its recording rules and its four alerts.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an option is unknown, the objective is not between 0 and 1, `below` is not a bucket boundary of
 * the metric, `minBadEvents` is negative, or not exactly one of `latency` and `errors`, or of `failed` and `failures`, is given.
 *
 * @example
 * slo({ name: 'checkout_latency', objective: 0.99, description: 'Checkouts within half a second.',
 *       latency: { metric: metricsOf(shop).checkout, below: 0.5 } });
 */
export function slo<A extends AttributeTypes, B extends AttributeTypes>(options: SloOptions<A, B>): Slo {
  requireFields('slo', options, 'name', 'objective');
  requireKnown('slo', options, fields);
  const { name, objective, period = '30d', description, latency, errors } = options;
  if (latency !== undefined) requireKnown('slo.latency', latency, ['metric', 'below', 'where']);
  if (errors !== undefined) requireKnown('slo.errors', errors, ['metric', 'failed', 'failures', 'where']);
  const problems = problemsOf(options);
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  if (latency !== undefined)
    requireBoundary(`slo ${name}.latency.below`, latency.below, latency.metric as Selectable<'histogram'>);
  secondsOf(period, `slo ${name}.period`);
  const badShare = (window: Duration): Query => badShareOf(window, latency, errors);
  const events = (window: Duration): Query => eventsOf(window, (latency ?? errors) as Selected);
  return Object.freeze({ name, objective, period, description, badShare, rules: rulesOf(options, badShare, events) });
}

function badShareOf<A extends AttributeTypes, B extends AttributeTypes>(
  over: Duration,
  latency: LatencyObjective<A> | undefined,
  errors: ErrorObjective<B> | undefined,
): Query {
  // One objective for each job: several programs may have the metric.
  const selected = { over, by: ['job'] } as const;
  if (latency !== undefined) {
    const { metric, below, where } = latency;
    return minus(1, shareBelow(below, metric, { ...selected, ...(where === undefined ? {} : { where }) }));
  }
  const { metric, failed, failures, where } = errors as ErrorObjective<B>;
  const bad =
    failures === undefined
      ? increase(metric, { ...selected, where: { ...where, ...failed } as Where<B> })
      : increase(failures, selected);
  return ratio(bad, eventsOf(over, { metric, where } as Selected));
}

/** Metric of all events, and their conditions. */
interface Selected {
  readonly metric: Selectable<Increasing>;
  readonly where?: Where<AttributeTypes> | undefined;
}

/** Returns the number of all events in a window. */
function eventsOf(over: Duration, { metric, where }: Selected): Query {
  return increase(metric, { over, by: ['job'], ...(where === undefined ? {} : { where }) });
}

function rulesOf<A extends AttributeTypes, B extends AttributeTypes>(
  { name, objective, period = '30d', description, minBadEvents = enoughBadEvents }: SloOptions<A, B>,
  badShare: (window: Duration) => Query,
  events: (window: Duration) => Query,
): RuleGroup {
  const labels = { slo: name };
  const shares = new Map(windows.map((each) => [each, recording(`slo:bad_share:${each}`, badShare(each), labels)]));
  const counts = new Map(burnRates.map(({ long }) => [long, recording(`slo:events:${long}`, events(long), labels)]));
  const shareIn = (window: Duration) => recorded(shares.get(window) as Recording);
  // The short window only shows that bad events continue: a minimum there would hide a failure of all of a few events.
  const areEnough = (window: Duration) =>
    atLeast(times(shareIn(window), recorded(counts.get(window) as Recording)), minBadEvents);
  const scale = secondsOf(period) / secondsOf('30d');
  const alerts = burnRates.flatMap(({ factor, long, short, severity, ...rate }) => {
    const burn = exact(factor * scale);
    const limit = exact(burn * (1 - objective));
    // No share of bad events is above 1: an easy objective cannot burn that fast.
    if (limit >= 1) return [];
    const each = alert({
      name: `${camelCase(name)}Burn${String(factor).replace('.', '')}`,
      when: and(and(above(shareIn(long), limit), above(shareIn(short), limit)), areEnough(long)),
      for: rate.for,
      severity,
      summary: `{job}: ${description} Bad events of the last ${long}: {value}; at this rate the budget lasts ${lifetime(secondsOf(period) / burn)}.`,
      description: `Objective ${name}: ${exact(objective * 100)} % over ${period}. ${burn === 1 ? 'Its error budget is spent as fast as planned, and nothing will be left.' : `Its error budget is spent ${burn} times as fast as planned.`}`,
      labels,
    });
    return [each];
  });
  return ruleGroup(`slo-${name}`, { recordings: [...shares.values(), ...counts.values()], alerts });
}

/** Returns a time in days or hours. */
function lifetime(seconds: number): string {
  const hours = seconds / 3_600;
  const [count, unit] = hours < 48 ? [hours, 'hour'] : [hours / 24, 'day'];
  const rounded = Number(count.toPrecision(2));
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}

/** Returns a product without the digits of binary fractions. */
function exact(product: number): number {
  return Number(product.toPrecision(12));
}

function problemsOf<A extends AttributeTypes, B extends AttributeTypes>(options: SloOptions<A, B>): Problem[] {
  const { name, objective, description, minBadEvents = enoughBadEvents, latency, errors } = options;
  const where = `slo ${JSON.stringify(name)}`;
  const problems: Problem[] = [];
  if (!/^[a-z][a-z0-9_]*$/.test(String(name)))
    problems.push({ where: `${where}.name`, value: name, expected: 'lower-case words joined by _' });
  if (!(objective > 0 && objective < 1))
    problems.push({ where: `${where}.objective`, value: objective, expected: 'a share between 0 and 1, such as 0.99' });
  if (!String(description ?? '').trim())
    problems.push({ where: `${where}.description`, value: description, expected: 'a sentence' });
  const labels = [...String(description).matchAll(/\{([^{}]+)\}/g)].map(([, label]) => label);
  if (labels.some((label) => label !== 'job' && label !== 'value'))
    problems.push({ where: `${where}.description`, value: description, expected: 'no braces but {job} and {value}' });
  if (!(Number.isFinite(minBadEvents) && minBadEvents >= 0))
    problems.push({ where: `${where}.minBadEvents`, value: minBadEvents, expected: 'a finite number from 0 on' });
  if ((latency === undefined) === (errors === undefined))
    problems.push({ where, expected: 'either latency or errors' });
  if (errors !== undefined && (errors.failed === undefined) === (errors.failures === undefined))
    problems.push({ where: `${where}.errors`, expected: 'either failed or failures' });
  return problems;
}

function camelCase(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
