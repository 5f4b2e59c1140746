/**
 * When `node:http` makes a request. Node tells from 22.12 on, on the channel `http.client.request.created`. Node 20
 * tells of a request only once all of it is written, when an upload is over, and of one that fails before not at all;
 * there, the moment that a request gets its connection, which may be yet to be opened, is told instead, by a method of
 * its class that is wrapped once for the process.
 */
import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const wrapped = Symbol.for('otelier.tells_created');

/** The channel on which requests are told of when they are made, as `{ request }`. */
export function createdChannel(): string {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 22 ? 'http.client.request.created' : connectingChannel();
}

/** A method that is not documented; the built-in `Agent`, and all that take its place, call it once for each request. */
type OnSocket = ((this: ClientRequest, ...given: unknown[]) => unknown) & { [wrapped]?: true };

function connectingChannel(): string {
  const name = 'otelier.http.client.request.connecting';
  const { ClientRequest: requests } = process.getBuiltinModule('node:http');
  const prototype = requests.prototype as unknown as { onSocket?: OnSocket };
  const { onSocket } = prototype;
  if (typeof onSocket !== 'function' || onSocket[wrapped] === true) return name;
  const connecting = channel(name);
  const telling: OnSocket = function (...given) {
    if (connecting.hasSubscribers) connecting.publish({ request: this });
    return Reflect.apply(onSocket, this, given);
  };
  telling[wrapped] = true;
  prototype.onSocket = telling;
  return name;
}
