import { expect, test } from 'vitest';
import { clientOf, networkOf } from '../../../../src/backends/prometheus/security/client-networks.js';

test.each([
  ['192.0.2.1', '192.0.2.1', '192.0.2'],
  ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2'],
  ['::1', '0:0:0:0', '0:0:0'],
  ['2001:db8::1', '2001:db8:0:0', '2001:db8:0'],
  ['2001:0DB8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8:1'],
  ['2001:db8:1:2::', '2001:db8:1:2', '2001:db8:1'],
  ['fe80::1%eth0', 'fe80:0:0:0', 'fe80:0:0'],
  ['', '', ''],
])('the client at %j is %j, in the network %j', (address, client, network) => {
  expect(clientOf(address)).toBe(client);
  expect(networkOf(address)).toBe(network);
});
