/** Replaces a Pushgateway: accepts every push and prints it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts the receiver on a free port and returns its URL. The receiver does not keep the program alive. */
export async function receive(): Promise<string> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    console.log(`${request.method} ${request.url}\n${Buffer.concat(parts)}`);
    response.writeHead(200, { connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
