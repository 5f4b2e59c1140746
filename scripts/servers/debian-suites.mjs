/**
 * Fetches programs of newer Debian suites, without installing anything: apt-get gets a configuration of its own, with its
 * state and its cache in a folder, downloads the package, and dpkg extracts it there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, isExecutable, succeeds } from './commands.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Programs by variable, each with the package and the suite that has it. */
const programs = {
  VICTORIA_METRICS: { package: 'victoria-metrics', suite: 'trixie', path: 'usr/bin/victoria-metrics' },
  VMALERT: { package: 'victoria-metrics', suite: 'trixie', path: 'usr/bin/vmalert' },
  PROMETHEUS_3: { package: 'prometheus', suite: 'forky', path: 'usr/bin/prometheus' },
  PROMTOOL_3: { package: 'promtool', suite: 'forky', path: 'usr/bin/promtool' },
  // Its server needs templates at an absolute path; that of the stable suite is installed.
  AMTOOL: { package: 'prometheus-alertmanager', suite: 'trixie', path: 'usr/bin/amtool' },
};

/** Returns variables for the tests: the path of each program, or the reason why it is missing. */
export function locateSuitePrograms(root) {
  const cache = join(root, 'node_modules', '.cache', 'otelier');
  return Object.assign({}, ...Object.entries(programs).map(([variable, program]) => locate(variable, program, cache)));
}

function locate(variable, program, cache) {
  const home = join(cache, `${program.suite}-${program.package}`);
  const bin = join(home, program.path);
  const problem = isExecutable(bin) ? undefined : fetchPackage(program, cache, home);
  if (problem === undefined && isExecutable(bin)) return { [`GATE_${variable}_BIN`]: bin };
  const reason = problem ?? `the package has no program at ${program.path}`;
  return { [`GATE_${variable}_MISSING`]: `Debian package ${program.package} of ${program.suite}: ${reason}` };
}

/** Downloads a package and extracts it into `home`. Returns the problem if that fails. */
function fetchPackage({ package: name, suite }, cache, home) {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg') === undefined) return 'this machine has no apt-get';
  const mirror = mirrorOf();
  if (mirror === undefined || !existsSync(keyring)) return 'no source of Debian packages is configured';
  console.log(`Fetching ${name} of Debian ${suite} ...`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetching-'));
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'content']) {
      mkdirSync(join(work, folder), { recursive: true });
    }
    writeFileSync(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
    const settings = Object.entries({
      'Dir::Etc::SourceList': join(work, 'sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::State::Lists': join(work, 'lists'),
      'Dir::State::Status': '/dev/null',
      'Dir::Cache': work,
      'APT::Sandbox::User': 'root',
    }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    if (!succeeds('apt-get', [...settings, 'update', '-qq'])) return 'apt-get update failed; see its output above';
    if (!succeeds('apt-get', [...settings, 'download', '-qq', name], { cwd: work })) return 'the download failed';
    const file = readdirSync(work).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) return 'apt-get downloaded no file';
    if (!succeeds('dpkg', ['-x', join(work, file), join(work, 'content')])) return 'dpkg cannot extract the package';
    // Renamed last, so that the folder is complete whenever it exists.
    rmSync(home, { recursive: true, force: true });
    renameSync(join(work, 'content'), home);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Returns the mirror of this machine's main archive of Debian. */
function mirrorOf() {
  const targets = ['indextargets', '--format', '$(REPO_URI) $(COMPONENT)', 'Created-By: Packages'];
  const { stdout } = spawnSync('apt-get', targets, { encoding: 'utf8' });
  const uris = (stdout ?? '').split('\n').flatMap((line) => /^(\S+\/debian\/) main$/.exec(line)?.[1] ?? []);
  return uris[0];
}
