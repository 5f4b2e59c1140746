/** Finds free loopback ports for servers, and waits until they answer. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { vi } from 'vitest';
import type { Program } from '../support/program.js';

/** Waits until `url` answers, with success unless `anyStatus` is set. Stops the program on failure. */
export async function untilAnswers(program: Program, url: string, { anyStatus = false } = {}): Promise<void> {
  let ended = false;
  const attempt = async () => {
    if (ended) return;
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    if (!ok && !anyStatus) throw new Error(`HTTP ${status}`);
  };
  const end = program.end.then(({ code }) => {
    ended = true;
    throw new Error(`the program ended with ${code}`);
  });
  try {
    await Promise.race([vi.waitFor(attempt, { timeout: 20_000, interval: 50 }), end]);
  } catch (error) {
    if (!ended) await program.stop();
    throw new Error(`${url} does not answer: ${error}\n${program.output()}`);
  }
}

/** Returns distinct free ports of 127.0.0.1. */
export async function freePorts<N extends number>(count: N): Promise<number[] & { length: N }> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports as number[] & { length: N };
}
