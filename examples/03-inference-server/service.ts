/** Opens and closes the parts of the service: worker threads, HTTP server. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pipeline } from './pipeline.ts';
import { createRerankServer } from './server.ts';

export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

const defaultPort = 8080;
/** Time for requests in flight before their connections are closed. */
const closeTimeoutMs = 2_000;

/** Listens on `PORT` of localhost. Rejects with a message for the user if that fails. */
export async function openService(): Promise<Service> {
  const port = portOf(process.env.PORT);
  const pipeline = new Pipeline();
  try {
    await pipeline.ready();
    const server = createRerankServer(pipeline);
    await listen(server, port);
    return {
      url: `http://localhost:${(server.address() as AddressInfo).port}`,
      async close() {
        await closeServer(server);
        await pipeline.close();
      },
    };
  } catch (error) {
    await pipeline.close();
    throw error;
  }
}

function portOf(given: string | undefined): number {
  if (given === undefined || given === '') return defaultPort;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT=${given} is not a port: set it to a number from 0 (any free port) to 65535.`);
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, 'localhost');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new Error(`Cannot listen on localhost:${port}: ${message}. Set PORT to another port.`);
    throw new Error(`Port ${port} is in use: set PORT to another port, or to 0 for any free port.`);
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cutOff = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
  await closed;
  clearTimeout(cutOff);
}
