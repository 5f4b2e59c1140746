/** Clients that leave requests or handshakes half open: the server disconnects them and keeps serving scrapes. */
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { ask, closing, open } from '../../support/http-raw.js';
import { makeCertificate, makeFolder } from './security/certificates.js';
import { afterwards, serve } from './serving.js';

const folder = makeFolder();
const limitMs = 12_000;

interface Client {
  readonly what: string;
  readonly count: number;
  /** Sent first. */
  readonly sends?: string;
  /** Sent every 500 ms. */
  readonly drips?: string;
  /** Sent after the response to `sends`. */
  readonly afterResponse?: string;
  readonly over?: 'tls' | 'tcp below tls';
}

const head = 'GET /health HTTP/1.1\r\nHost: localhost\r\n';
/** Start of a handshake: announces a record of 512 bytes and contains 6 of them. */
const halfHello = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03';

const clients: readonly Client[] = [
  { what: 'sends nothing', count: 200 },
  { what: 'sends half of a request line', count: 100, sends: 'GET /met' },
  { what: 'sends headers that do not end', count: 75, sends: head },
  { what: 'sends its request byte by byte', count: 50, sends: head, drips: 'X' },
  { what: 'sends a header every 500 ms', count: 25, sends: head, drips: 'X: y\r\n' },
  { what: 'sends no body', count: 25, sends: `${head}Content-Length: 10\r\n\r\n` },
  { what: 'sends its body byte by byte', count: 25, sends: `${head}Content-Length: 1000\r\n\r\n`, drips: 'x' },
  { what: 'sends half of a second request', count: 25, sends: `${head}\r\n`, afterResponse: 'GET /met' },
  { what: 'sends no handshake', count: 25, over: 'tcp below tls' },
  { what: 'sends half of a handshake', count: 25, over: 'tcp below tls', sends: halfHello },
  { what: 'sends nothing after the handshake', count: 25, over: 'tls' },
  { what: 'sends half of a request line over TLS', count: 25, over: 'tls', sends: 'GET /met' },
];

test('disconnects clients with half-open requests within 12 seconds, and answers scrapes meanwhile', async () => {
  const { certificate, key } = makeCertificate(folder, 'server', ['IP:127.0.0.1']);
  const plain = await serve();
  const secure = await serve({ tlsCertificateFile: certificate, tlsKeyFile: key });
  plain.metrics.shop.orders.add(1, { channel: 'web' });
  secure.metrics.shop.orders.add(1, { channel: 'web' });
  const belowTls = secure.origin.replace('https:', 'http:');

  async function connect({ over, sends, drips, afterResponse }: Client): Promise<Socket> {
    const socket = await open(over === 'tls' ? secure.origin : over === 'tcp below tls' ? belowTls : plain.origin);
    if (sends !== undefined) socket.write(sends, 'latin1');
    if (afterResponse !== undefined) {
      await new Promise((resolve) => socket.once('data', resolve));
      socket.write(afterResponse);
    }
    if (drips !== undefined) {
      const timer = setInterval(() => socket.writable && socket.write(drips), 500);
      socket.once('close', () => clearInterval(timer));
    }
    return socket;
  }

  const left = new Map<string, number>();
  const slowest = new Map<string, number>();
  const statusLines = new Set<string>();
  await Promise.all(
    clients.map(async (client) => {
      const sockets = await Promise.all(Array.from({ length: client.count }, () => connect(client)));
      afterwards(async () => {
        for (const socket of sockets) socket.destroy();
      });
      left.set(client.what, sockets.length);
      for (const socket of sockets) {
        if (client.what === 'sends headers that do not end') {
          socket.once('data', (response: Buffer) => statusLines.add(String(response).split('\r\n')[0] as string));
        }
        void closing(socket).then((ms) => {
          left.set(client.what, (left.get(client.what) as number) - 1);
          slowest.set(client.what, Math.max(ms, slowest.get(client.what) ?? 0));
        });
      }
    }),
  );

  const scrapeMs: number[] = [];
  await vi
    .waitFor(
      async () => {
        for (const { url } of [plain, secure]) {
          const began = performance.now();
          const answer = await ask(url);
          scrapeMs.push(performance.now() - began);
          expect(answer.text).toContain('shop_orders_total');
        }
        expect([...left.values()].every((count) => count === 0)).toBe(true);
      },
      { timeout: limitMs + 1_000, interval: 250 },
    )
    .catch(() => undefined);

  expect([...left].filter(([, count]) => count > 0)).toEqual([]);
  expect([...slowest].filter(([, ms]) => ms > limitMs)).toEqual([]);
  expect([...statusLines]).toEqual(['HTTP/1.1 408 Request Timeout']);
  expect(scrapeMs.length).toBeGreaterThan(20);
  expect(Math.max(...scrapeMs)).toBeLessThan(2_000);
});
