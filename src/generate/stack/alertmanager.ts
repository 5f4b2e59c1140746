/**
 * Configuration of Alertmanager: routes by severity. Secrets are read from files that the container gets from variables.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/
 */
import type { Notifier, StackOptions } from './options.js';

/** Secrets by their file name in the container, and the variables of the shell that hold them. */
const secrets: Readonly<Record<Notifier, Readonly<Record<string, string>>>> = {
  // URLs of webhooks often contain a token.
  webhook: { webhook_url: 'ALERT_WEBHOOK_URL' },
  email: { smtp_password: 'SMTP_PASSWORD' },
  slack: { slack_url: 'SLACK_WEBHOOK_URL' },
};

const receivers: Readonly<Record<Notifier, (options: StackOptions) => object>> = {
  webhook: () => ({ webhook_configs: [{ url_file: '/run/secrets/webhook_url', send_resolved: true }] }),
  email: ({ emailTo, emailFrom, smtp }) => ({
    email_configs: [
      {
        to: emailTo,
        from: emailFrom,
        smarthost: smtp,
        auth_username: emailFrom,
        auth_password_file: '/run/secrets/smtp_password',
        send_resolved: true,
      },
    ],
  }),
  slack: ({ slackChannel }) => ({
    slack_configs: [{ api_url_file: '/run/secrets/slack_url', channel: slackChannel, send_resolved: true }],
  }),
};

/** Alerts of packs on services without metrics. */
export const silenceAlerts = ['AgentSilent', 'GatewayAbsent', 'InferenceSilent', 'VisionSilent'] as const;

/** Returns the configuration. Without notifiers, alerts are only shown. */
export function alertmanagerConfig(options: StackOptions): object {
  const all = Object.assign({ name: 'all' }, ...options.notify.map((each) => receivers[each](options)));
  return {
    route: {
      receiver: 'all',
      group_by: ['alertname', 'job'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        { matchers: ['severity="page"'], receiver: 'all', group_wait: '10s', repeat_interval: '1h' },
        { matchers: ['severity="info"'], receiver: 'none' },
      ],
    },
    inhibit_rules: [
      // A page makes the ticket of the same objective superfluous. Alerts without an objective do not inhibit each other.
      {
        source_matchers: ['severity="page"', 'slo=~".+"'],
        target_matchers: ['severity="ticket"', 'slo=~".+"'],
        equal: ['slo', 'job'],
      },
      // One page for a service that ends: that of the heartbeat, which fires first.
      {
        source_matchers: ['alertname="HeartbeatMissing"'],
        target_matchers: [`alertname=~"${silenceAlerts.join('|')}"`],
        equal: ['job'],
      },
    ],
    receivers: [all, { name: 'none' }],
  };
}

/** Returns the files of secrets that the selected notifiers read, with the variables that hold them. */
export function secretsOf(notify: readonly Notifier[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...notify.map((each) => secrets[each]));
}
