/** Finds failures whose cause is the scheme or the port of a URL, and names what is probably meant. */

/** Reasons of OpenSSL for an answer without TLS. */
const noTls = /TLS: (?:wrong version number|packet length too long|http request)/;

/** Words of Go, nginx, Apache and others for a request without TLS at a port with TLS. */
const needsTls = /HTTP request (?:was sent )?to (?:an )?HTTPS|plain HTTP|SSL-enabled server port/i;

/** Returns the same origin with the other scheme. */
function otherScheme({ protocol, host }: URL): string {
  return `perhaps ${protocol === 'https:' ? 'http' : 'https'}://${host}`;
}

/** Returns the reason of a failed TLS connection if the server does not use TLS. */
export function withoutTls(url: URL, reason: string): string | undefined {
  return url.protocol === 'https:' && noTls.test(reason)
    ? `the server does not use TLS; ${otherScheme(url)}`
    : undefined;
}

/** Adds the likely scheme to the refusal of a server that expects TLS. */
export function refusedWithoutTls(url: URL, reason: string): string {
  return url.protocol === 'http:' && needsTls.test(reason) ? `${reason}; ${otherScheme(url)}` : reason;
}

/** Adds the likely scheme to the reason why a connection without TLS was closed before the first answer. */
export function closedWithoutTls(url: URL, reason: string): string {
  return url.protocol === 'http:' ? `${reason}; ${otherScheme(url)}` : reason;
}

/** Protocol in which a server answered that was expected to use HTTP/1.1, by the first bytes. */
export function protocolOf(answer: Uint8Array | undefined): 'HTTP/2' | 'TLS' | undefined {
  if (answer === undefined) return undefined;
  // An alert (RFC 8446, section 5.1), and the frame SETTINGS with its length before it (RFC 9113, section 6.5).
  if (answer[0] === 0x15 && answer[1] === 3) return 'TLS';
  return answer[0] === 0 && answer[3] === 4 ? 'HTTP/2' : undefined;
}
