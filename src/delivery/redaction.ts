/** Takes secrets out of what an endpoint says: some repeat the key that they do not accept. */

/** Shorter values hide nothing, and would take words apart. */
const shortestSecret = 6;

/** Headers that are about the request and hold no secrets. */
const openHeaders = /^(?:user-agent|content-[a-z]+|accept)$/i;

/**
 * A function that puts `[redacted]` in the place of what may be a secret: values of headers, without their scheme too, and
 * user, password and query of the URL. Values below six characters are left as they are.
 */
export function secretsHidden(url: URL, headers: Readonly<Record<string, string>>): (text: string) => string {
  const inHeaders = Object.entries(headers)
    .filter(([name]) => !openHeaders.test(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/).slice(1)])
    .flatMap((value) => [value, passwordIn(value)]);
  const [user, password] = [decoded(url.username), decoded(url.password)];
  // Node sends them as HTTP's Basic authentication.
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const inUrl = [url.username, url.password, user, password, basic, ...url.searchParams.values()];
  const secrets = [...new Set([...inHeaders, ...inUrl])]
    .filter((secret) => secret.length >= shortestSecret)
    // One that is part of another must not leave the rest of it.
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What Basic authentication hides in its Base64 (RFC 7617); something or other where it is none. */
function passwordIn(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
}
