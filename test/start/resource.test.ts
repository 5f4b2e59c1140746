import { expect, test } from 'vitest';
import { detectContainer } from '../../src/start/resource/container.js';
import { detectKubernetes } from '../../src/start/resource/kubernetes.js';
import { detectProcess } from '../../src/start/resource/process.js';
import { detectResource } from '../../src/start/resource/resource.js';

const id = 'f'.repeat(8) + '0123456789abcdef'.repeat(3) + '0'.repeat(8);
const files = (contents: Record<string, string>) => ({ readFile: (path: string) => contents[path] });
const nothing = { environment: {}, readFile: () => undefined };

test.each([
  ['docker, cgroup v1', { '/proc/self/cgroup': `12:pids:/docker/${id}\n1:name=systemd:/docker/${id}\n` }],
  ['systemd driver', { '/proc/self/cgroup': `0::/system.slice/docker-${id}.scope\n` }],
  ['containerd in Kubernetes', { '/proc/self/cgroup': `9:cpu:/kubepods/besteffort/pod1-2/${id}\n` }],
  ['CRI-O', { '/proc/self/cgroup': `0::/kubepods.slice/crio-${id}.scope\n` }],
  [
    'cgroup v2',
    {
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': `982 970 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n`,
    },
  ],
])('finds the container id: %s', (_, contents) => {
  expect(detectContainer(files(contents))).toEqual({ 'container.id': id });
});

test.each([
  {},
  { '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope\n' },
  { '/proc/self/cgroup': '0::/\n' },
])('finds no container id outside a container: %j', (contents) => {
  expect(detectContainer(files(contents as Record<string, string>))).toEqual({});
});

test('reads Kubernetes attributes from downward API variables', () => {
  const environment = { K8S_POD_NAME: 'web-1', K8S_NAMESPACE_NAME: 'shop', K8S_NODE_NAME: 'n1', K8S_POD_UID: 'u1' };
  expect(detectKubernetes({ ...nothing, environment })).toEqual({
    'k8s.pod.name': 'web-1',
    'k8s.namespace.name': 'shop',
    'k8s.node.name': 'n1',
    'k8s.pod.uid': 'u1',
  });
});

test('reads variables with generic names only inside a cluster', () => {
  const common = { POD_NAME: 'web-1', NODE_NAME: 'n1', HOSTNAME: 'web-1' };
  expect(detectKubernetes({ ...nothing, environment: common })).toEqual({});
  const inCluster = {
    environment: { ...common, POD_NAME: '', KUBERNETES_SERVICE_HOST: '10.0.0.1' },
    readFile: (path: string) => (path.endsWith('/namespace') ? 'shop\n' : undefined),
  };
  expect(detectKubernetes(inCluster)).toEqual({
    'k8s.pod.name': 'web-1',
    'k8s.node.name': 'n1',
    'k8s.namespace.name': 'shop',
  });
});

test('code wins over the environment, which wins over detection', async () => {
  const declared = {
    serviceName: 'of-the-variable',
    attributes: { 'service.name': 'of-the-list', 'host.name': 'declared', tier: 'gold' },
    inCode: { tier: 'platinum' },
  };
  const resource = detectResource(declared, nothing);
  await resource.waitForAsyncAttributes?.();
  expect(resource.attributes).toMatchObject({
    'service.name': 'of-the-variable',
    'host.name': 'declared',
    tier: 'platinum',
    'process.pid': process.pid,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.distro.name': 'otelier',
  });
  expect(resource.attributes['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(resource.attributes).not.toHaveProperty('process.command_args');
});

const byStockDetector = {
  'process.pid': 7,
  'process.executable.name': '/opt/runtime/bin/run',
  'process.executable.path': '/opt/runtime/bin/run',
  'process.command': '/app/main.js',
  'process.command_args': ['run', '/app/main.js', '--password=x'],
  'process.runtime.name': 'nodejs',
  'process.runtime.version': '26.3.0',
  'process.runtime.description': 'Node.js',
  'process.owner': 'unknown',
};
const passwd = 'root:x:0:0::/:/bin/sh\nshop:x:1001:1001::/home/shop:/bin/sh\n';

test('reports Node as the stock detector does, without the arguments', () => {
  const { 'process.command_args': _arguments, ...expected } = byStockDetector;
  const running = { versions: { node: '26.3.0' }, getuid: () => 1001 };
  expect(detectProcess(byStockDetector, running, files({ '/etc/passwd': passwd }))).toEqual(expected);
});

test.each([
  ['bun', 'Bun', '1.4.5', { 'process.owner': 'shop' }],
  ['deno', 'Deno', '2.9.6', { 'process.owner': 'unknown' }],
])('reports the runtime %s', (name, description, version, owner) => {
  const running = { versions: { node: '26.3.0', [name]: version }, getuid: () => 1001 };
  expect(detectProcess(byStockDetector, running, files({ '/etc/passwd': passwd }))).toEqual({
    'process.pid': 7,
    'process.executable.name': 'run',
    'process.executable.path': '/opt/runtime/bin/run',
    'process.command': '/app/main.js',
    'process.runtime.name': name,
    'process.runtime.version': version,
    'process.runtime.description': description,
    ...owner,
  });
});

test.each([
  ['USER of another user', 'alice', passwd, 1001, 'shop'],
  ['a user without an entry', 'alice', passwd, 5, 'alice'],
  ['Windows', 'alice', undefined, undefined, 'alice'],
  ['an unknown user', 'unknown', passwd, 5, undefined],
])('under Bun, the owner is the user of the process: %s', (_, user, file, uid, owner) => {
  const running = { versions: { bun: '1.4.5' }, ...(uid === undefined ? {} : { getuid: () => uid }) };
  const sources = { readFile: () => file };
  const attributes = detectProcess({ ...byStockDetector, 'process.owner': user }, running, sources);
  expect(attributes['process.owner']).toBe(owner);
});
