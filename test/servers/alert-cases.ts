/** Unit tests of alerts, which promtool runs: series, and the alerts that fire. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prometheusRules, type RuleOptions } from '../../src/generate/rules/prometheus.js';
import type { RuleGroup } from '../../src/panels/index.js';

/** A situation, and whether an alert fires in it. */
export interface AlertCase {
  readonly alert: string;
  readonly situation: string;
  readonly fires: boolean;
  /** Samples by series, one a minute from 1970-01-01 00:00 UTC on, in the notation of promtool: `0+10x60`. */
  readonly series: Readonly<Record<string, string>>;
  /** Minute of the evaluation. */
  readonly minute: number;
}

/** Returns the title of a case. */
export function titleOf({ alert, fires, situation }: AlertCase): string {
  return `${alert} ${fires ? 'fires' : 'is quiet'}: ${situation}`;
}

/** Returns promtool's complaints about rules; the empty text if it has none. */
export function checkRules(bin: string, rules: readonly RuleGroup[], options: RuleOptions = {}): string {
  return withRules(rules, (folder) => runIn(folder, bin, ['check', 'rules', 'rules.yaml']), options);
}

/** Returns promtool's complaints about a case; the empty text if the alert fires as expected. */
export function checkCase(
  bin: string,
  rules: readonly RuleGroup[],
  { alert, fires, series, minute }: AlertCase,
): string {
  const unitTest = {
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) > bool 0`,
            eval_time: `${minute}m`,
            exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
          },
        ],
      },
    ],
  };
  // Groups do not depend on each other. Those of other alerts would only take time.
  const groups = rules.filter(({ alerts }) => alerts.some(({ name }) => name === alert));
  return withRules(groups, (folder) => {
    writeFileSync(join(folder, 'test.yaml'), JSON.stringify(unitTest));
    return runIn(folder, bin, ['test', 'rules', 'test.yaml']);
  });
}

/** Returns the alerts that lack a case in which they fire, or one in which they do not. */
export function untestedAlerts(rules: readonly RuleGroup[], cases: readonly AlertCase[]): readonly string[] {
  return rules
    .flatMap(({ alerts }) => alerts.map(({ name }) => name))
    .filter((name) =>
      [true, false].some((fires) => !cases.some((each) => each.alert === name && each.fires === fires)),
    );
}

/** Files of JSON are YAML. */
function withRules(rules: readonly RuleGroup[], use: (folder: string) => string, options: RuleOptions = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(prometheusRules(rules, options)));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runIn(cwd: string, bin: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** Samples by series. */
export type Series = Readonly<Record<string, string>>;

/** Returns a case. */
export function caseOf(
  alert: string,
  fires: boolean,
  situation: string,
  minute: number,
  ...series: readonly Series[]
): AlertCase {
  return { alert, fires, situation, minute, series: Object.assign({}, ...series) };
}

/**
 * Returns the cases of the four alerts of an objective: all events are bad, or all are good, or all of a few events are bad.
 *
 * @param bad series that do not grow, or grow in each minute.
 */
export function objectiveCases(name: string, bad: Series, good: Series): readonly AlertCase[] {
  // The minute of the evaluation, and one before it that the short window holds for as long as the alert waits.
  const minutes = { Burn144: [30, 27], Burn6: [60, 40], Burn3: [120, 50], Burn1: [300, 100] } as const;
  return Object.entries(minutes).flatMap(([rate, [minute, at]]) => [
    caseOf(`${name}${rate}`, true, 'all events are bad', minute, bad),
    caseOf(`${name}${rate}`, false, 'all events are good', minute, good),
    caseOf(`${name}${rate}`, true, 'ten events, all are bad', minute, burst(bad, 10, at)),
    caseOf(`${name}${rate}`, false, 'three events, all are bad', minute, burst(bad, 3, at)),
    caseOf(`${name}${rate}`, false, 'a single event, which is bad', minute, burst(bad, 1, at)),
  ]);
}

/** Returns series that grow by `count` in one minute instead of in each. */
function burst(series: Series, count: number, minute: number): Series {
  const values = Object.entries(series).map(([name, each]) => [
    name,
    each.startsWith('0+') ? `0x${minute - 1} ${count}x400` : each,
  ]);
  return Object.fromEntries(values);
}

/**
 * Returns the cases of an alert on services without metrics.
 *
 * @param of returns the series of a metric that every running process exports.
 * @param job of the series without a job.
 */
export function silenceCases(
  alert: string,
  of: (values: string, job?: string, instance?: string) => Series,
  job: string,
): readonly AlertCase[] {
  const pushed: Series = { [`push_time_seconds{job="${job}", instance="", shard="7"}`]: '1x2000' };
  return [
    caseOf(alert, true, 'the only process of a service ends', 440, of('0x400 _x100')),
    caseOf(alert, true, 'one of two services ends', 440, of('0x400 _x100'), of('0x500', 'other')),
    caseOf(alert, true, 'a service with restarts ends', 540, of(`${'0x90 _x9 '.repeat(5)} _x100`)),
    caseOf(alert, true, 'a service ended hours ago', 1_000, of('0x400 _x700')),
    caseOf(alert, false, 'a job of two minutes has ended', 30, of('_x5 0x2 _x100')),
    caseOf(alert, false, 'a job of two minutes ended hours ago', 500, of('_x5 0x2 _x700')),
    caseOf(alert, false, 'a job of five hours has ended', 330, of('0x300 _x100')),
    caseOf(alert, false, 'a job that runs every half hour', 535, of('0x10 _x19 '.repeat(18))),
    caseOf(alert, false, 'the program never ran', 60, {}),
    caseOf(alert, false, 'a short gap', 410, of('0x400 _x100')),
    caseOf(alert, false, 'one of two instances ends', 440, of('0x400 _x100'), of('0x500', job, 'j')),
    caseOf(alert, false, 'a service that ended longer ago than the past', 1_900, of('0x400 _x1500')),
    caseOf(alert, false, 'a service that is idle', 440, of('0x500')),
    caseOf(alert, false, 'a group of a Pushgateway is deleted', 520, of('0x400 _x200'), pushed),
  ];
}
