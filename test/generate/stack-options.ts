/** Options of a stack for tests: the defaults of the command, with the test catalogue. */

import type { StackOptions } from '../../src/generate/stack/options.js';
import { shopCatalogue } from '../panels/catalogue.js';

/** Returns options of a stack. */
export function stackOptions(changed: Partial<StackOptions> = {}): StackOptions {
  return {
    job: 'app',
    targets: ['host.docker.internal:9464'],
    interval: '15s',
    prometheusPort: 9090,
    grafanaPort: 3000,
    alertmanagerPort: 9093,
    notify: [],
    emailTo: 'oncall@example.com',
    emailFrom: 'alertmanager@example.com',
    smtp: 'smtp.example.com:587',
    slackChannel: '#alerts',
    longTerm: 'federation',
    forward: false,
    series: 10_000,
    naming: {},
    dashboards: new Map(),
    rules: [],
    metrics: shopCatalogue.metrics,
    ...changed,
  };
}
