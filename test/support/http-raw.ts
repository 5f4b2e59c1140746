/** Raw requests, without the headers, decoding and retries of fetch, and bytes that are not HTTP. */
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A response with its undecoded body. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends one request on a new connection, with only the given headers and `Host`. Accepts any certificate. */
export function ask(
  url: string | URL,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const secure = new URL(url).protocol === 'https:';
    const options = { method, headers, agent: false as const };
    const request = secure ? requestHttps(url, { ...options, rejectUnauthorized: false }) : requestHttp(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(parts);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() });
      });
    });
    request.end();
  });
}

/** Opens a connection, with TLS for https URLs, and ignores its later errors. */
export function open(url: string | URL): Promise<Socket> {
  const { protocol, hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const secure = protocol === 'https:';
    const socket: Socket = secure
      ? connectTls({ host, port: Number(port), rejectUnauthorized: false })
      : connect({ host, port: Number(port) });
    socket.once('error', reject);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Sends bytes, one per character, and returns the received text once the server closes or the text is `enough`. */
export async function exchange(
  url: string | URL,
  bytes: string,
  enough: (received: string) => boolean = () => false,
): Promise<string> {
  const socket = await open(url);
  return new Promise((resolve) => {
    let received = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      received += part;
      if (enough(received)) socket.destroy();
    });
    socket.on('close', () => resolve(received));
    socket.write(bytes, 'latin1');
  });
}

/** Returns the milliseconds until the server closes a connection. Received data is discarded. */
export function closing(socket: Socket): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    if (socket.destroyed) resolve(0);
    socket.resume().once('close', () => resolve(performance.now() - began));
  });
}
