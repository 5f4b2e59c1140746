/** A relay before a receiver: passes requests on unchanged and notes how they were sent and answered. */
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that went through. */
export interface RelayedRequest {
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly status: number | undefined;
}

/** A relay that listens. */
export interface Relay {
  readonly url: string;
  readonly requests: readonly RelayedRequest[];
  stop(): Promise<void>;
}

export async function startRelay(target: string): Promise<Relay> {
  const requests: RelayedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    const onward = send(new URL(url, target), { method, headers, agent: false }, (answer) => {
      requests.push({
        path: url,
        contentType: headers['content-type'],
        contentEncoding: headers['content-encoding'],
        status: answer.statusCode,
      });
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
