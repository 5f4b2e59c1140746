/** Removes secrets from texts that an endpoint sent: some endpoints repeat the key that they refuse. */

/** Minimum length of a secret. Replacing shorter values would damage ordinary words. */
const minSecretLength = 6;

/** Headers that describe the request and hold no secrets. */
const publicHeaders = /^(?:user-agent|content-[a-z]+|accept)$/i;

/**
 * Returns a function that replaces possible secrets by `[redacted]`: header values, with and without their authentication
 * scheme, and the user, password and query values of the URL. Values shorter than six characters are kept.
 */
export function secretsHidden(url: URL, headers: Readonly<Record<string, string>>): (text: string) => string {
  const inHeaders = Object.entries(headers)
    .filter(([name]) => !publicHeaders.test(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/).slice(1)])
    .flatMap((value) => [value, passwordIn(value)]);
  const [user, password] = [decoded(url.username), decoded(url.password)];
  // Node sends the URL's user and password as Basic authentication.
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const inUrl = [url.username, url.password, user, password, basic, ...url.searchParams.values()];
  const secrets = [...new Set([...inHeaders, ...inUrl])]
    .filter((secret) => secret.length >= minSecretLength)
    // Longest first, so that replacing a part of a secret does not leave its rest.
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

/** Returns the password of a Basic authentication value (RFC 7617), or arbitrary text for any other value. */
function passwordIn(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
}
