/** Clients that connect and then do nothing, or next to nothing: they are put out, and nobody waits for them. */
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
  /** What is sent at the beginning. */
  readonly sends?: string;
  /** What is sent every half of a second, too. */
  readonly drips?: string;
  /** What it waits for after what it sent, before it sends this. */
  readonly afterAnswer?: string;
  readonly over?: 'tls' | 'tcp below tls';
}

const head = 'GET /health HTTP/1.1\r\nHost: x\r\n';
/** The beginning of a handshake: a record of 512 bytes is announced, and 6 of them are sent. */
const halfHello = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03';

const clients: readonly Client[] = [
  { what: 'sends nothing', count: 200 },
  { what: 'sends half of a request line', count: 100, sends: 'GET /met' },
  { what: 'sends headers that do not end', count: 75, sends: head },
  { what: 'sends its request letter by letter', count: 50, sends: head, drips: 'X' },
  { what: 'sends a header every half of a second', count: 25, sends: head, drips: 'X: y\r\n' },
  { what: 'keeps its body to itself', count: 25, sends: `${head}Content-Length: 10\r\n\r\n` },
  { what: 'sends its body byte by byte', count: 25, sends: `${head}Content-Length: 1000\r\n\r\n`, drips: 'x' },
  { what: 'begins a second request', count: 25, sends: `${head}\r\n`, afterAnswer: 'GET /met' },
  { what: 'sends no handshake', count: 25, over: 'tcp below tls' },
  { what: 'sends half of a handshake', count: 25, over: 'tcp below tls', sends: halfHello },
  { what: 'sends nothing after the handshake', count: 25, over: 'tls' },
  { what: 'sends half of a request line by TLS', count: 25, over: 'tls', sends: 'GET /met' },
];

test('whoever leaves a request half open is put out within 12 seconds, and scrapes are answered meanwhile', async () => {
  const { certificate, key } = makeCertificate(folder, 'server', ['IP:127.0.0.1']);
  const plain = await serve();
  const secure = await serve({ tlsCertificateFile: certificate, tlsKeyFile: key });
  plain.metrics.shop.orders.add(1, { channel: 'web' });
  secure.metrics.shop.orders.add(1, { channel: 'web' });
  const below = secure.origin.replace('https:', 'http:');

  async function connect({ over, sends, drips, afterAnswer }: Client): Promise<Socket> {
    const socket = await open(over === 'tls' ? secure.origin : over === 'tcp below tls' ? below : plain.origin);
    if (sends !== undefined) socket.write(sends, 'latin1');
    if (afterAnswer !== undefined) {
      await new Promise((resolve) => socket.once('data', resolve));
      socket.write(afterAnswer);
    }
    if (drips !== undefined) {
      const timer = setInterval(() => socket.writable && socket.write(drips), 500);
      socket.once('close', () => clearInterval(timer));
    }
    return socket;
  }

  const left = new Map<string, number>();
  const slowest = new Map<string, number>();
  const told = new Set<string>();
  await Promise.all(
    clients.map(async (client) => {
      const sockets = await Promise.all(Array.from({ length: client.count }, () => connect(client)));
      afterwards(async () => {
        for (const socket of sockets) socket.destroy();
      });
      left.set(client.what, sockets.length);
      for (const socket of sockets) {
        if (client.what === 'sends headers that do not end') {
          socket.once('data', (answer: Buffer) => told.add(String(answer).split('\r\n')[0] as string));
        }
        void closing(socket).then((ms) => {
          left.set(client.what, (left.get(client.what) as number) - 1);
          slowest.set(client.what, Math.max(ms, slowest.get(client.what) ?? 0));
        });
      }
    }),
  );

  const waits: number[] = [];
  await vi
    .waitFor(
      async () => {
        for (const { url } of [plain, secure]) {
          const began = performance.now();
          const answer = await ask(url);
          waits.push(performance.now() - began);
          expect(answer.text).toContain('shop_orders_total');
        }
        expect([...left.values()].every((count) => count === 0)).toBe(true);
      },
      { timeout: limitMs + 1_000, interval: 250 },
    )
    .catch(() => undefined);

  expect([...left].filter(([, count]) => count > 0)).toEqual([]);
  expect([...slowest].filter(([, ms]) => ms > limitMs)).toEqual([]);
  expect([...told]).toEqual(['HTTP/1.1 408 Request Timeout']);
  expect(waits.length).toBeGreaterThan(20);
  expect(Math.max(...waits)).toBeLessThan(2_000);
});
