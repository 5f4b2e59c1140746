/** Programs of Debian's packages: found on this machine, else installed with apt-get where that is possible. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath, isExecutable, isQuietlySuccessful, succeeds } from './commands.mjs';

const servicePolicy = '/usr/sbin/policy-rc.d';
const python = '/usr/bin/python3';

/** Debian's packages, the programs that tests need of each, and where others get them. */
const packages = [
  {
    name: 'prometheus',
    service: 'prometheus.service',
    elsewhere: 'put prometheus and promtool on the PATH; they are at https://prometheus.io/download/',
    programs: {
      PROMETHEUS: () => findOnPath('prometheus'),
      PROMTOOL: () => findOnPath('promtool'),
    },
  },
  {
    name: 'prometheus-pushgateway',
    service: 'prometheus-pushgateway.service',
    elsewhere: 'put pushgateway on the PATH; it is at https://prometheus.io/download/',
    programs: {
      // Named so by Debian, and without the prefix by everybody else.
      PUSHGATEWAY: () => findOnPath('prometheus-pushgateway') ?? findOnPath('pushgateway'),
    },
  },
  {
    name: 'python3-prometheus-client',
    elsewhere: `${python} has to be able to import prometheus_client`,
    programs: {
      // Another Python on the PATH does not see Debian's packages.
      PYTHON_CLIENT: () => (isExecutable(python) && canImport('prometheus_client.openmetrics') ? python : undefined),
    },
  },
];

/** What the tests are told: the path of each program, or why there is none. */
export function locateDebianPrograms() {
  const incomplete = packages.filter(isIncomplete);
  const obstacle = incomplete.length === 0 ? undefined : install(incomplete);
  return Object.assign({}, ...packages.map((each) => describe(each, obstacle)));
}

function isIncomplete({ programs }) {
  return Object.values(programs).some((find) => find() === undefined);
}

/** Installs packages; returns why that was not possible. */
function install(wanted) {
  if (findOnPath('apt-get') === undefined) return 'there is no apt-get';
  const names = wanted.map(({ name }) => name);
  if (process.getuid?.() !== 0) return `run: sudo apt-get install --no-install-recommends ${names.join(' ')}`;
  console.log(`Installing from Debian: ${names.join(', ')} ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  withServicesHeld(() => {
    // Stale lists of one repository do not matter when another one has the packages.
    succeeds('apt-get', ['update', '-qq'], options);
    const command = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
    // One by one where all at once fails: a package that cannot be had takes no other one with it.
    if (!succeeds('apt-get', [...command, ...names], options)) {
      for (const name of names) succeeds('apt-get', [...command, name], options);
    }
  });
  // A package also enables its service for the next boot, on all addresses.
  for (const { service } of wanted) {
    if (service !== undefined && existsSync('/run/systemd/system'))
      succeeds('systemctl', ['disable', '--now', service]);
  }
  return 'apt-get install failed, see its output above';
}

function describe({ name, programs, elsewhere }, obstacle) {
  const variables = Object.entries(programs).map(([program, find]) => {
    const path = find();
    if (path !== undefined) return [`OTELIER_${program}_BIN`, path];
    return [`OTELIER_${program}_MISSING`, `Debian's ${name} is missing: ${obstacle}; or ${elsewhere}`];
  });
  return Object.fromEntries(variables);
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

function canImport(module) {
  return isQuietlySuccessful(python, ['-c', `import ${module}`]);
}
