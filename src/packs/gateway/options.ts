/** Options of pack `gateway` and their validation. */
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { checkedOptions, unknownOptions, wrongFlags, wrongMilliseconds, wrongNames } from '../kit/options.js';
import type { AuditLimits } from './audit.js';

/** Options of the pack. */
export interface GatewayOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** Providers with separate series; the first 20 by default. */
  readonly providers?: NameOption;
  /** Models with separate series; by default the first 100 that answered a request successfully. */
  readonly models?: NameOption;
  /**
   * True to record all releases of a model as one model: without path, date and tag, in lower case. False by default:
   * names are recorded as given.
   */
  readonly modelFamilies?: boolean;
  /** Applications with separate series; the first 50 by default. */
  readonly applications?: NameOption;
  /** Window of users, sessions and ratios, milliseconds; 300,000 by default. */
  readonly windowMs?: number;
  /**
   * Milliseconds after its start, or its first byte, after which a request that `begin` returned counts as abandoned;
   * 3,600,000 (one hour) by default.
   */
  readonly abandonedAfterMs?: number;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default
   * buckets of durations end at 32 seconds by provider, and at 17 minutes by model.
   */
  readonly maxExpectedSeconds?: number;
  /** Capacity of the buffer of detailed events; 8192 by default. The buffer is allocated when metrics start. */
  readonly auditCapacity?: number;
  /** Detailed events per second above which events are sampled; 5000 by default, `Infinity` to keep all. */
  readonly auditEventsPerSecond?: number;
  /** Age of a buffered event at which the circuit breaker switches off, milliseconds; 5000 by default. */
  readonly auditLagMs?: number;
  /** Minimum time that the circuit breaker stays off, milliseconds; 10,000 by default. */
  readonly auditCoolDownMs?: number;
}

/** Validated options with defaults applied. */
export interface GatewaySettings {
  readonly providers: NameOption;
  readonly models: NameOption;
  readonly modelFamilies: boolean;
  readonly applications: NameOption;
  readonly errorCodes: number;
  readonly windowMs: number;
  readonly abandonedAfterMs: number;
  readonly audit: AuditLimits;
}

const known = [
  'namespace',
  'providers',
  'models',
  'modelFamilies',
  'applications',
  'windowMs',
  'abandonedAfterMs',
  'maxExpectedSeconds',
  'auditCapacity',
  'auditEventsPerSecond',
  'auditLagMs',
  'auditCoolDownMs',
];

/**
 * Validates options and applies defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function settingsOf(options: GatewayOptions): GatewaySettings {
  const {
    providers = 20,
    models = 100,
    modelFamilies = false,
    applications = 50,
    windowMs = 300_000,
    abandonedAfterMs = 3_600_000,
    maxExpectedSeconds,
    auditCapacity = 8_192,
    auditEventsPerSecond = 5_000,
    auditLagMs = 5_000,
    auditCoolDownMs = 10_000,
  } = checkedOptions('gateway', options);
  const problems: Problem[] = [
    ...unknownOptions('gateway', options, known),
    ...wrongMilliseconds('gateway', { windowMs, abandonedAfterMs, auditLagMs, auditCoolDownMs }),
    ...wrongNames('gateway', { providers, models, applications }),
    ...wrongFlags('gateway', { modelFamilies }),
    ...wrongMaxExpectedSeconds('gateway', maxExpectedSeconds),
  ];
  if (!(Number.isInteger(auditCapacity) && auditCapacity >= 16 && auditCapacity <= 2 ** 20)) {
    const expected = 'a whole number from 16 to 1048576';
    problems.push({ where: 'gateway.auditCapacity', value: auditCapacity, expected });
  }
  if (!(typeof auditEventsPerSecond === 'number' && auditEventsPerSecond >= 1)) {
    problems.push({ where: 'gateway.auditEventsPerSecond', value: auditEventsPerSecond, expected: 'a number from 1' });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const audit = {
    capacity: auditCapacity,
    eventsPerSecond: auditEventsPerSecond,
    lagMs: auditLagMs,
    coolDownMs: auditCoolDownMs,
  };
  return { providers, models, modelFamilies, applications, errorCodes: 50, windowMs, abandonedAfterMs, audit };
}
