/** Policies for client certificates (mTLS), and the check of a connection against a policy. */
import type { TLSSocket } from 'node:tls';

/** Policies by their names in Go and in Prometheus' `client_auth_type`. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** Name of a policy. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** Requirements for clients. */
export interface ClientPolicy {
  readonly clientAuth: ClientAuthType;
  /** Host names, addresses, e-mail addresses or URIs, one of which the certificate must contain literally. */
  readonly allowedNames?: readonly string[] | undefined;
  /** Set if the CAs that the operating system trusts verify certificates; `where` names the setting in errors. */
  readonly systemRoots?: { readonly where: string } | undefined;
}

/** Reports whether the server requests a certificate from clients. */
export function requestsCertificate({ clientAuth }: ClientPolicy): boolean {
  return clientAuth !== 'NoClientCert';
}

/** Reports whether Node itself rejects clients whose certificate cannot be verified. */
export function rejectsUnverified({ clientAuth }: ClientPolicy): boolean {
  return clientAuth === 'RequireAndVerifyClientCert';
}

/**
 * Reports whether every client needs a verified certificate, so that the policy counts as authentication. Anybody can get a
 * certificate of a public CA, so those count only with certain names.
 */
export function authenticatesClients(policy: ClientPolicy | undefined): boolean {
  if (policy === undefined || !rejectsUnverified(policy)) return false;
  return policy.systemRoots === undefined || policy.allowedNames !== undefined;
}

/**
 * Reports whether the policy admits a client. Call it after the handshake (`secureConnection`), before data is read, and
 * destroy the socket when it returns `false`.
 */
export function admitsClient({ clientAuth, allowedNames }: ClientPolicy, socket: TLSSocket): boolean {
  const certificate = requestsCertificate({ clientAuth }) ? socket.getPeerX509Certificate() : undefined;
  const requiresOne = clientAuth === 'RequireAnyClientCert' || clientAuth === 'RequireAndVerifyClientCert';
  const requiresVerified = clientAuth === 'VerifyClientCertIfGiven' || clientAuth === 'RequireAndVerifyClientCert';
  if (certificate === undefined) return !requiresOne && allowedNames === undefined;
  if (requiresVerified && !socket.authorized) return false;
  if (allowedNames === undefined) return true;
  const names = alternativeNames(certificate.subjectAltName);
  return allowedNames.map(normalizeName).some((name) => names.includes(name));
}

/** Returns the subject of a verified certificate, one attribute such as `CN=...` per line; others can be forged. */
export function verifiedSubject(socket: TLSSocket): string | undefined {
  return socket.authorized ? socket.getPeerX509Certificate()?.subject : undefined;
}

/** Parses Node's text form of the extension, `DNS:a, URI:"b, c"`; ambiguous names are quoted in it. */
function alternativeNames(text: string | undefined): string[] {
  const entry = /(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)|[^,"]*(?:, |$)/gy;
  const names: string[] = [];
  for (const [, name] of (text ?? '').matchAll(entry)) {
    if (name !== undefined) names.push(normalizeName(name.startsWith('"') ? (JSON.parse(name) as string) : name));
  }
  return names;
}

/** Returns an IPv6 address in its shortest form, and any other name unchanged. */
function normalizeName(name: string): string {
  const url = `http://[${name}]`;
  return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(name) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : name;
}
