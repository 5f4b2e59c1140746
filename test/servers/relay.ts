/** A relay in front of a receiver or endpoint: forwards requests and records how they were sent and answered. */
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A forwarded request. */
export interface RelayedRequest {
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly status: number | undefined;
  /** Headers of the answer. */
  readonly answerType: string | undefined;
  readonly answerEncoding: string | undefined;
}

/** A running relay. */
export interface Relay {
  readonly url: string;
  /** Host and port of the relay. */
  readonly target: string;
  readonly requests: readonly RelayedRequest[];
  stop(): Promise<void>;
}

/** Starts a relay. @param changed headers that replace those of the request. */
export async function startRelay(target: string, changed: Record<string, string> = {}): Promise<Relay> {
  const requests: RelayedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    const onward = send(
      new URL(url, target),
      { method, headers: { ...headers, ...changed }, agent: false },
      (answer) => {
        requests.push({
          path: url,
          contentType: headers['content-type'],
          contentEncoding: headers['content-encoding'],
          status: answer.statusCode,
          answerType: answer.headers['content-type'],
          answerEncoding: answer.headers['content-encoding'],
        });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${own}`,
    target: own,
    requests,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
