/** Locates programs of Debian packages on this machine, or installs them with apt-get as root. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath, isExecutable, isQuietlySuccessful, succeeds } from './commands.mjs';

const servicePolicy = '/usr/sbin/policy-rc.d';
const python = '/usr/bin/python3';

/** Debian packages, the programs that tests need from each, and how to get them without Debian. */
const packages = [
  {
    name: 'prometheus',
    service: 'prometheus.service',
    elsewhere: 'put prometheus and promtool from https://prometheus.io/download/ on the PATH',
    programs: {
      PROMETHEUS: () => findOnPath('prometheus'),
      PROMTOOL: () => findOnPath('promtool'),
    },
  },
  {
    name: 'prometheus-pushgateway',
    service: 'prometheus-pushgateway.service',
    elsewhere: 'put pushgateway from https://prometheus.io/download/ on the PATH',
    programs: {
      // Only Debian prefixes the name.
      PUSHGATEWAY: () => findOnPath('prometheus-pushgateway') ?? findOnPath('pushgateway'),
    },
  },
  {
    name: 'prometheus-node-exporter',
    service: 'prometheus-node-exporter.service',
    elsewhere: 'put node_exporter from https://prometheus.io/download/ on the PATH',
    programs: {
      NODE_EXPORTER: () => findOnPath('prometheus-node-exporter') ?? findOnPath('node_exporter'),
    },
  },
  {
    name: 'prometheus-alertmanager',
    service: 'prometheus-alertmanager.service',
    elsewhere: 'put alertmanager from https://prometheus.io/download/ on the PATH',
    programs: {
      ALERTMANAGER: () => findOnPath('prometheus-alertmanager') ?? findOnPath('alertmanager'),
    },
  },
  {
    name: 'redis-server',
    service: 'redis-server.service',
    elsewhere: 'put redis-server from https://redis.io/downloads/ on the PATH',
    programs: { REDIS: () => findOnPath('redis-server') },
  },
  {
    name: 'tmux',
    elsewhere: 'put tmux on the PATH',
    programs: { TMUX: () => findOnPath('tmux') },
  },
  {
    name: 'chromium',
    elsewhere: 'put chromium or google-chrome on the PATH',
    programs: {
      CHROMIUM: () => ['chromium', 'chromium-browser', 'google-chrome'].map(findOnPath).find(Boolean),
    },
  },
  {
    name: 'python3-prometheus-client',
    elsewhere: `make prometheus_client importable by ${python}`,
    programs: {
      // Another Python on the PATH cannot import Debian's packages.
      PYTHON_CLIENT: () => (isExecutable(python) && canImport('prometheus_client.openmetrics') ? python : undefined),
    },
  },
];

/** Returns variables for the tests: the path of each program, or the reason why it is missing; of all packages, or of some. */
export function locateDebianPrograms(names = packages.map(({ name }) => name)) {
  const wanted = packages.filter(({ name }) => names.includes(name));
  const incomplete = wanted.filter(isIncomplete);
  const obstacle = incomplete.length === 0 ? undefined : install(incomplete);
  return Object.assign({}, ...wanted.map((each) => describe(each, obstacle)));
}

function isIncomplete({ programs }) {
  return Object.values(programs).some((find) => find() === undefined);
}

/** Installs packages. Returns the reason to report for programs that are still missing. */
function install(wanted) {
  if (findOnPath('apt-get') === undefined) return 'apt-get is not available';
  const names = wanted.map(({ name }) => name);
  if (process.getuid?.() !== 0) return `run sudo apt-get install --no-install-recommends ${names.join(' ')}`;
  console.log(`Installing from Debian: ${names.join(', ')} ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  withServicesHeld(() => {
    // A repository that cannot be updated does not matter if another repository has the packages.
    succeeds('apt-get', ['update', '-qq'], options);
    const command = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
    // Install one by one if all at once fails, so that one missing package does not block the rest.
    if (!succeeds('apt-get', [...command, ...names], options)) {
      for (const name of names) succeeds('apt-get', [...command, name], options);
    }
  });
  // A package enables its service for the next boot, listening on all addresses.
  for (const { service } of wanted) {
    if (service !== undefined && existsSync('/run/systemd/system'))
      succeeds('systemctl', ['disable', '--now', service]);
  }
  return 'apt-get install failed; see its output above';
}

function describe({ name, programs, elsewhere }, obstacle) {
  const variables = Object.entries(programs).map(([program, find]) => {
    const path = find();
    if (path !== undefined) return [`GATE_${program}_BIN`, path];
    return [`GATE_${program}_MISSING`, `Debian package ${name} is missing: ${obstacle}, or ${elsewhere}`];
  });
  return Object.fromEntries(variables);
}

/** Runs `action` with a policy that keeps Debian packages from starting services. An existing policy stays in place. */
function withServicesHeld(action) {
  const ours = !existsSync(servicePolicy);
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    if (ours) rmSync(servicePolicy);
  }
}

function canImport(module) {
  return isQuietlySuccessful(python, ['-c', `import ${module}`]);
}
