/**
 * The channel that reports each new request of `node:http`.
 *
 * From Node 22.12 on, this is `http.client.request.created`. Node 20 reports a request only after all of it is written,
 * which is after an upload, and does not report a request that fails before. On Node 20, `ClientRequest.onSocket` is
 * therefore wrapped, once per process, and publishes the request when it gets its connection, which may still be opening.
 */
import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const wrappedMark = Symbol.for('otelier.publishes_connecting');

/** Returns the name of the channel; its messages are `{ request }`. */
export function createdChannel(): string {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 22 ? 'http.client.request.created' : connectingChannel();
}

/** An undocumented method. The built-in `Agent` and every replacement of it call the method once per request. */
type OnSocket = ((this: ClientRequest, ...parameters: unknown[]) => unknown) & { [wrappedMark]?: true };

function connectingChannel(): string {
  const name = 'otelier.http.client.request.connecting';
  const { ClientRequest: requestClass } = process.getBuiltinModule('node:http');
  const prototype = requestClass.prototype as unknown as { onSocket?: OnSocket };
  const { onSocket } = prototype;
  if (typeof onSocket !== 'function' || onSocket[wrappedMark] === true) return name;
  const connecting = channel(name);
  const publishing: OnSocket = function (...parameters) {
    if (connecting.hasSubscribers) connecting.publish({ request: this });
    return Reflect.apply(onSocket, this, parameters);
  };
  publishing[wrappedMark] = true;
  prototype.onSocket = publishing;
  return name;
}
