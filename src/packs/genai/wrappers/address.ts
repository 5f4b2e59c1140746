/** The server address of a client. */
import type { OperationStart } from '../events.js';
import { member } from '../fields.js';

type Address = Pick<OperationStart, 'serverAddress' | 'serverPort'>;

/** Returns a function that reads the address from the client's current `baseURL`. Parses it only after a change. */
export function addressOf(client: object): () => Address {
  let parsed: unknown;
  let address: Address = {};
  return () => {
    const baseURL = member(client, 'baseURL');
    if (baseURL !== parsed) {
      parsed = baseURL;
      address = parse(baseURL);
    }
    return address;
  };
}

function parse(baseURL: unknown): Address {
  if (typeof baseURL !== 'string' || !URL.canParse(baseURL)) return {};
  const { hostname, port, protocol } = new URL(baseURL);
  const defaultPort = protocol === 'http:' ? 80 : 443;
  // `server.address` has IPv6 addresses without brackets.
  return { serverAddress: hostname.replace(/^\[|\]$/g, ''), serverPort: port === '' ? defaultPort : Number(port) };
}
