/** Options of the pack, checked all at once. */
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { unknownOptions, wrongMilliseconds, wrongNames } from '../kit/options.js';
import type { AuditLimits } from './audit.js';

/** Options of the pack. */
export interface GatewayOptions {
  /** Put before every metric name. */
  readonly namespace?: string;
  /** Providers that have series of their own; the first 20 by default. */
  readonly providers?: NameOption;
  /** Models that have series of their own; the first 100 by default that answered a request. */
  readonly models?: NameOption;
  /** Applications that have series of their own; the first 50 by default. */
  readonly applications?: NameOption;
  /** Milliseconds that users, sessions and shares are told of; 300,000 by default. */
  readonly windowMs?: number;
  /** Detailed events that may wait to be evaluated; 8192 by default. Their memory is taken when metrics start. */
  readonly auditCapacity?: number;
  /** Detailed events per second above which they are sampled; 5000 by default, infinite to keep all. */
  readonly auditEventsPerSecond?: number;
  /** Milliseconds that a detailed event may wait before detail is switched off; 5000 by default. */
  readonly auditLagMs?: number;
  /** Milliseconds that detail stays off at least; 10,000 by default. */
  readonly auditCoolDownMs?: number;
}

/** Options with their defaults. */
export interface GatewaySettings {
  readonly providers: NameOption;
  readonly models: NameOption;
  readonly applications: NameOption;
  readonly errorCodes: number;
  readonly windowMs: number;
  readonly audit: AuditLimits;
}

const known = [
  'namespace',
  'providers',
  'models',
  'applications',
  'windowMs',
  'auditCapacity',
  'auditEventsPerSecond',
  'auditLagMs',
  'auditCoolDownMs',
];

/**
 * The options, defaults filled in.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong.
 */
export function settingsOf(options: GatewayOptions): GatewaySettings {
  const {
    providers = 20,
    models = 100,
    applications = 50,
    windowMs = 300_000,
    auditCapacity = 8_192,
    auditEventsPerSecond = 5_000,
    auditLagMs = 5_000,
    auditCoolDownMs = 10_000,
  } = options;
  const problems: Problem[] = [
    ...unknownOptions('gateway', options, known),
    ...wrongMilliseconds('gateway', { windowMs, auditLagMs, auditCoolDownMs }),
    ...wrongNames('gateway', { providers, models, applications }),
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
  return { providers, models, applications, errorCodes: 50, windowMs, audit };
}
