/** Prometheus and promtool: found on the PATH, else installed from Debian's package `prometheus`. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath, succeeds } from './commands.mjs';

const servicePolicy = '/usr/sbin/policy-rc.d';

/** What the tests are told: the paths, or why there are none. */
export function locatePrometheus() {
  return found() ?? install();
}

function found() {
  const prometheus = findOnPath('prometheus');
  const promtool = findOnPath('promtool');
  if (prometheus === undefined || promtool === undefined) return undefined;
  return { OTELIER_PROMETHEUS_BIN: prometheus, OTELIER_PROMTOOL_BIN: promtool };
}

function install() {
  if (findOnPath('apt-get') === undefined) {
    return missing('put prometheus and promtool on the PATH; they are at https://prometheus.io/download/');
  }
  if (process.getuid?.() !== 0) {
    return missing('run: sudo apt-get install --no-install-recommends prometheus');
  }
  console.log('Installing the Debian package prometheus ...');
  withServicesHeld(() => {
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    // Stale lists of one repository do not matter when another one has the package.
    succeeds('apt-get', ['update', '-qq'], options);
    const install = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', 'prometheus'];
    succeeds('apt-get', install, options);
  });
  // The package also enables its service for the next boot, on all addresses.
  if (existsSync('/run/systemd/system')) succeeds('systemctl', ['disable', '--now', 'prometheus.service']);
  return found() ?? missing('apt-get install prometheus failed, see its output above');
}

/** Debian's packages ask this script whether they may start their services; one that is there already is respected. */
function withServicesHeld(action) {
  const ours = !existsSync(servicePolicy);
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    if (ours) rmSync(servicePolicy);
  }
}

function missing(how) {
  const reason = `Prometheus is missing; ${how}`;
  return { OTELIER_PROMETHEUS_MISSING: reason, OTELIER_PROMTOOL_MISSING: reason };
}
