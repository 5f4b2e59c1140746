/** Parts of an address that identify a client and the network that it chooses addresses from. */

/** Returns the part of an address that identifies a client: of IPv6, the network of 64 bits that a client chooses from. */
export function clientOf(address: string): string {
  const groups = groupsOf(address);
  return groups.length === 1 ? (groups[0] as string) : groups.slice(0, 4).join(':');
}

/** Returns the network of a client: 24 bits of IPv4, and 48 bits of IPv6, as one customer commonly gets. */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  return groups.length === 1 ? (groups[0] as string).split('.').slice(0, 3).join('.') : groups.slice(0, 3).join(':');
}

/** Returns the eight groups of an IPv6 address without leading zeros; of any other address, the address. */
function groupsOf(address: string): readonly string[] {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return [mapped ?? address];
  const [head = '', tail] = (address.split('%')[0] as string).toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}
