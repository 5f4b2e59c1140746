/** Host and port that a client asks. */
import type { OperationStart } from '../events.js';
import { member } from './answers.js';

type Address = Pick<OperationStart, 'serverAddress' | 'serverPort'>;

/** Gives the address from the client's `baseURL` of the moment, which is parsed again only when it changed. */
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
  const standard = protocol === 'http:' ? 80 : 443;
  // An IPv6 address without its brackets, as `server.address` has it.
  return { serverAddress: hostname.replace(/^\[|\]$/g, ''), serverPort: port === '' ? standard : Number(port) };
}
