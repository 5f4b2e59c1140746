/**
 * Configuration of Alertmanager: routes by severity. Secrets are read from files that the container gets from variables.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/
 */
import type { Notifier, StackOptions } from './options.js';

/** Secrets by their file name in the container, and the variables of the shell that hold them. */
export const secrets: Readonly<Record<Notifier, Readonly<Record<string, string>>>> = {
  webhook: {},
  email: { smtp_password: 'SMTP_PASSWORD' },
  slack: { slack_url: 'SLACK_WEBHOOK_URL' },
};

const receivers: Readonly<Record<Notifier, object>> = {
  webhook: { webhook_configs: [{ url: 'http://host.docker.internal:5001/alerts', send_resolved: true }] },
  email: {
    email_configs: [
      {
        to: 'oncall@example.com',
        from: 'alertmanager@example.com',
        smarthost: 'smtp.example.com:587',
        auth_username: 'alertmanager@example.com',
        auth_password_file: '/run/secrets/smtp_password',
        send_resolved: true,
      },
    ],
  },
  slack: {
    slack_configs: [{ api_url_file: '/run/secrets/slack_url', channel: '#alerts', send_resolved: true }],
  },
};

/** Returns the configuration. Without notifiers, alerts are only shown. */
export function alertmanagerConfig({ notify }: Pick<StackOptions, 'notify'>): object {
  const all = Object.assign({ name: 'all' }, ...notify.map((each) => receivers[each]));
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
      // A page makes the ticket of the same objective or alert superfluous.
      { source_matchers: ['severity="page"'], target_matchers: ['severity="ticket"'], equal: ['slo', 'job'] },
    ],
    receivers: [all, { name: 'none' }],
  };
}
