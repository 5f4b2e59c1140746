/** Each alert of the pack `http` fires when it should, and only then. */
import { httpRules } from '../../src/packs/http/alerts.js';
import { type AlertCase, caseOf, objectiveCases, type Series } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

const rules = httpRules();

const server = (status: string, values: string, route = '/a', error = ''): Series => ({
  [`http_server_request_duration_seconds_count{job="h", http_route="${route}", http_response_status_code="${status}", error_type="${error}"}`]:
    values,
});
const client = (status: string, values: string, error = ''): Series => ({
  [`http_client_request_duration_seconds_count{job="h", server_address="api.example", http_response_status_code="${status}", error_type="${error}"}`]:
    values,
});
const latency = (within: string): Series => ({
  'http_server_request_duration_seconds_bucket{job="h", http_route="/a", le="1.0"}': within,
  'http_server_request_duration_seconds_bucket{job="h", http_route="/a", le="+Inf"}': all,
  'http_server_request_duration_seconds_count{job="h", http_route="/a"}': all,
});

const all = '0+10x400';
const some = '0+1x400';
const cases: readonly AlertCase[] = [
  caseOf('HttpServerErrorsHigh', true, 'a tenth', 30, server('200', all), server('503', some, '/a', '503')),
  caseOf('HttpServerErrorsHigh', true, 'all', 30, server('503', all, '/a', '503')),
  caseOf('HttpServerErrorsHigh', false, 'statuses of 4xx', 30, server('200', all), server('404', all)),
  caseOf('HttpServerErrorsHigh', false, 'aborted', 30, server('200', all), server('', all, '/a', 'aborted')),
  caseOf('HttpServerErrorsHigh', false, 'few requests', 30, server('503', some, '/a', '503')),
  caseOf('HttpRouteFailing', true, 'one of two', 30, server('200', '0+100x400', '/b'), server('503', all, '/a', '503')),
  caseOf('HttpRouteFailing', false, 'a tenth', 30, server('200', all), server('503', some, '/a', '503')),
  caseOf('HttpRequestsAborted', true, 'half', 60, server('200', all), server('', all, '/a', 'aborted')),
  caseOf('HttpRequestsAborted', false, 'statuses of 5xx', 60, server('200', all), server('503', all, '/a', '503')),
  caseOf('HttpServerSilent', true, 'no further requests', 60, server('200', '0+10x30 300x100')),
  caseOf('HttpServerSilent', true, 'no metrics any more', 60, server('200', '0+10x30 _x100')),
  caseOf('HttpServerSilent', false, 'a short pause', 40, server('200', '0+10x30 300x100')),
  caseOf('HttpServerSilent', false, 'long ago', 200, server('200', '0+10x30 300x300')),
  caseOf('HttpClientErrorsHigh', true, 'statuses of 4xx', 30, client('200', all), client('401', all, '401')),
  caseOf('HttpClientErrorsHigh', true, 'no response', 30, client('200', all), client('', all, 'ECONNREFUSED')),
  caseOf('HttpClientErrorsHigh', false, 'no errors', 30, client('200', all)),
  ...objectiveCases('HttpAvailability', server('503', all, '/a', '503'), {
    ...server('200', all),
    ...server('404', all),
  }),
  ...objectiveCases('HttpLatency', latency('0x400'), latency(all)),
];

testAlerts('http', { rules, cases });
