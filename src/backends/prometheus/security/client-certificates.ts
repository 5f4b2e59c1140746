/** Certificates of clients: which policies there are, and whether a connection meets one (mTLS). */
import type { TLSSocket } from 'node:tls';

/** What is asked of clients, in the words of Go's and Prometheus' `client_auth_type`. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export type ClientAuthType = (typeof clientAuthTypes)[number];

/** Which clients are let in. */
export interface ClientPolicy {
  readonly clientAuth: ClientAuthType;
  /** Alternative names of which the certificate must have one, as it is: of a host, address, e-mail or URI. */
  readonly allowedNames?: readonly string[] | undefined;
}

/** Whether a client is asked for a certificate. */
export function asksForCertificate({ clientAuth }: ClientPolicy): boolean {
  return clientAuth !== 'NoClientCert';
}

/** Whether Node itself turns away those whose certificate cannot be verified. */
export function rejectsUnverified({ clientAuth }: ClientPolicy): boolean {
  return clientAuth === 'RequireAndVerifyClientCert';
}

/** Whether only clients with a certificate that was verified get in, so that it stands for authentication. */
export function authenticatesClients(policy: ClientPolicy | undefined): boolean {
  return policy !== undefined && rejectsUnverified(policy);
}

/**
 * Whether a client may stay. To be asked when the handshake is done (`secureConnection`), before anything is read; the
 * socket is to be destroyed when not.
 */
export function admitsClient({ clientAuth, allowedNames }: ClientPolicy, socket: TLSSocket): boolean {
  const certificate = asksForCertificate({ clientAuth }) ? socket.getPeerX509Certificate() : undefined;
  const wantsOne = clientAuth === 'RequireAnyClientCert' || clientAuth === 'RequireAndVerifyClientCert';
  const wantsVerified = clientAuth === 'VerifyClientCertIfGiven' || clientAuth === 'RequireAndVerifyClientCert';
  if (certificate === undefined) return !wantsOne && allowedNames === undefined;
  if (wantsVerified && !socket.authorized) return false;
  if (allowedNames === undefined) return true;
  const names = alternativeNames(certificate.subjectAltName);
  return allowedNames.map(shortened).some((name) => names.includes(name));
}

/** The subject of a certificate that was verified, one `CN=...` or the like a line: anybody can write the others. */
export function verifiedSubject(socket: TLSSocket): string | undefined {
  return socket.authorized ? socket.getPeerX509Certificate()?.subject : undefined;
}

/** The names in the text that Node makes of the extension: `DNS:a, URI:"b, c"`, quoted where they could mislead. */
function alternativeNames(text: string | undefined): string[] {
  const entry = /(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)|[^,"]*(?:, |$)/gy;
  const names: string[] = [];
  for (const [, name] of (text ?? '').matchAll(entry)) {
    if (name !== undefined) names.push(shortened(name.startsWith('"') ? (JSON.parse(name) as string) : name));
  }
  return names;
}

/** IPv6 addresses in their one shortest form; other names as they are. */
function shortened(name: string): string {
  const url = `http://[${name}]`;
  return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(name) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : name;
}
