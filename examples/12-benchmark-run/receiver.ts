/** Replaces a Pushgateway: keeps the body of the last push. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running receiver. It does not keep the process alive. */
export interface Receiver {
  readonly url: string;
  /** Returns the body of the last push. */
  last(): string;
}

/** Starts a receiver on a free port. */
export async function startReceiver(): Promise<Receiver> {
  let last = '';
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    last = Buffer.concat(parts).toString();
    response.writeHead(200, { connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, last: () => last };
}
