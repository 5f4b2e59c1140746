/** Each alert of the pack `gateway` fires when it should, and only then. */
import { gatewayRules } from '../../src/packs/gateway/alerts.js';
import { type AlertCase, caseOf, objectiveCases, type Series, silenceCases } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

/** A shorter past than by default: a case has hours, not days. */
const rules = gatewayRules({ costPast: '1d', costMinValues: 60 });

const of = (provider: string) => `job="g", instance="i", provider="${provider}"`;
const requests = (values: string, provider = 'a'): Series => ({ [`gateway_requests_total{${of(provider)}}`]: values });
const failures = (values: string, provider = 'a'): Series => ({
  [`gateway_request_failures_total{${of(provider)}}`]: values,
});
const rateLimits = (values: string): Series => ({ [`gateway_rate_limits_total{${of('a')}}`]: values });
const abandoned = (values: string): Series => ({ [`gateway_request_abandoned_total{${of('a')}}`]: values });
/** Requests per minute within one boundary, and all of them. */
const durations = (metric: string, boundary: string, within: string, all: string): Series => ({
  [`${metric}_bucket{${of('a')}, le="${boundary}"}`]: within,
  [`${metric}_bucket{${of('a')}, le="100"}`]: all,
  [`${metric}_bucket{${of('a')}, le="+Inf"}`]: all,
  [`${metric}_count{${of('a')}}`]: all,
});
const overhead = (within: string) => durations('gateway_overhead_duration_seconds', '0.005', within, '0+100x400');
const latency = (within: string) => durations('gateway_request_duration_seconds', '8.192', within, '0+100x400');
const enabled = (values: string, job = 'g', instance = 'i'): Series => ({
  [`gateway_audit_enabled{job="${job}", instance="${instance}"}`]: values,
});
const events = (outcome: string, values: string): Series => ({
  [`gateway_audit_events_total{job="g", instance="i", outcome="${outcome}"}`]: values,
});
const listenerErrors = (values: string): Series => ({
  'gateway_audit_listener_errors_total{job="g", instance="i"}': values,
});
const cost = (values: string): Series => ({
  'gateway_cost_usd_total{job="g", instance="i", application="chat", provider="a", model="m"}': values,
});

const all = '0+10x400';
const none = '0x400';
const cases: readonly AlertCase[] = [
  caseOf('GatewayErrorsHigh', true, 'a tenth fails', 30, requests(all), failures('0+1x400')),
  caseOf('GatewayErrorsHigh', false, 'few fail', 30, requests(all), failures('0+0.2x400')),
  caseOf('GatewayErrorsHigh', false, 'no failures', 30, requests(all)),
  caseOf('GatewayErrorsHigh', false, 'all of a few requests fail', 30, requests('0+1x400'), failures('0+1x400')),
  caseOf(
    'GatewayProviderFailing',
    true,
    'one of two',
    30,
    requests(all),
    failures('0+5x400'),
    requests('0+20x400', 'b'),
  ),
  caseOf(
    'GatewayProviderFailing',
    false,
    'both',
    30,
    requests(all),
    failures('0+5x400'),
    requests(all, 'b'),
    failures('0+5x400', 'b'),
  ),
  caseOf('GatewayProviderFailing', false, 'the only one', 30, requests(all), failures('0+5x400')),
  caseOf('GatewayProviderFailing', false, 'none', 30, requests(all), requests(all, 'b')),
  caseOf('GatewayRateLimited', true, 'a fifth', 60, requests(all), rateLimits('0+2x400')),
  caseOf('GatewayRateLimited', false, 'a few', 60, requests(all), rateLimits('0+0.5x400')),
  caseOf('GatewayOverheadHigh', true, 'a tenth above 5 ms', 60, overhead('0+90x400')),
  caseOf('GatewayOverheadHigh', false, 'all within 5 ms', 60, overhead('0+100x400')),
  caseOf('GatewayRequestsAbandoned', true, 'a tenth', 90, requests(all), abandoned('0+1x400')),
  caseOf('GatewayRequestsAbandoned', false, 'a first one, long ago', 90, requests(all), abandoned('1x400')),
  ...silenceCases('GatewayAbsent', enabled, 'g'),
  caseOf('GatewayTrafficStopped', true, 'no further requests', 60, requests('0+10x30 300x100')),
  caseOf('GatewayTrafficStopped', true, 'no metrics any more', 60, requests('0+10x30 _x100')),
  caseOf('GatewayTrafficStopped', false, 'a short pause', 40, requests('0+10x30 300x100')),
  caseOf('GatewayTrafficStopped', false, 'no request, ever', 60, requests(none)),
  caseOf('GatewayAuditEventsLost', true, 'a first burst', 46, events('overflowed', '_x40 500x100')),
  caseOf('GatewayAuditEventsLost', true, 'invalid events', 30, events('rejected', '0+1x400')),
  caseOf('GatewayAuditEventsLost', false, 'events that sampling leaves out', 30, events('sampled_out', all)),
  caseOf('GatewayAuditEventsLost', false, 'lost long ago', 90, events('overflowed', '_x40 500x100')),
  caseOf('GatewayAuditOff', true, 'the circuit breaker is off', 30, enabled('0x400')),
  caseOf('GatewayAuditOff', false, 'for a moment', 33, enabled('1x30 0x2 1x100')),
  caseOf('GatewayListenerFailing', true, 'a batch failed', 35, listenerErrors('0x28 1x100')),
  caseOf('GatewayListenerFailing', false, 'no batch failed', 35, listenerErrors(none)),
  caseOf('GatewayCostUnusual', true, 'ten times as much', 360, cost('0+1x300 300+10x100')),
  caseOf('GatewayCostUnusual', false, 'as usual', 360, cost('0+1x400')),
  caseOf('GatewayCostUnusual', false, 'without a past', 40, cost('0+1x10 10+10x100')),
  ...objectiveCases('GatewaySuccess', { ...requests(all), ...failures(all) }, { ...requests(all), ...failures(none) }),
  ...objectiveCases('GatewayLatency', latency(none), latency('0+100x400')),
];

testAlerts('gateway', { rules, cases });
