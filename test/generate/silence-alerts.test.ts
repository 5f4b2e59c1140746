/** The stack's Alertmanager sends one page for a service that ends. */
import { expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { alertmanagerConfig, silenceAlerts } from '../../src/generate/stack/alertmanager.js';
import { stackOptions } from './stack-options.js';

const alerts = Object.values(shipped).flatMap(({ rules }) => rules().flatMap((group) => group.alerts));

test('the heartbeat mutes every page on a service without metrics', () => {
  const silent = alerts.filter(({ name, severity }) => severity === 'page' && /(?:Silent|Absent)$/.test(name));
  expect(silent.map(({ name }) => name).sort()).toEqual([...silenceAlerts].sort());
  const { inhibit_rules: rules } = alertmanagerConfig(stackOptions()) as { inhibit_rules: object[] };
  expect(rules).toContainEqual({
    source_matchers: ['alertname="HeartbeatMissing"'],
    target_matchers: ['alertname=~"AgentSilent|GatewayAbsent|InferenceSilent|VisionSilent"'],
    equal: ['job'],
  });
});

test('the heartbeat fires before the alerts that it mutes', () => {
  // The window of its rate, its own duration, and the interval of its group; a series that ends is stale at once.
  const heartbeat = 5 + minutesOf('HeartbeatMissing') + 1;
  for (const name of silenceAlerts) expect(minutesOf(name)).toBeGreaterThan(heartbeat);
});

function minutesOf(name: string): number {
  return Number.parseInt(alerts.find((each) => each.name === name)?.for ?? '', 10);
}
