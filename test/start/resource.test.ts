import { expect, test } from 'vitest';
import { detectContainer } from '../../src/start/resource/container.js';
import { detectKubernetes } from '../../src/start/resource/kubernetes.js';
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
