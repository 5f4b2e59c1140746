/** Stands for a Pushgateway where none is at hand: keeps what was pushed last. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver that runs; it keeps no program alive. */
export interface Receiver {
  readonly url: string;
  /** What was pushed last, as text. */
  last(): string;
}

/** Starts it on a free port. */
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
