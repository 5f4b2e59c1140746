/** Cuts texts to a length, around what misleads when cut: names of variables, hosts and ports. */

/** Shortest length to which a quoted text is cut, in characters. */
export const minQuotedLength = 8;

/** Splits a text at its outer quotes: the text before the quoted part, the quoted part, and the text after it. */
export const quotedPart = /^([^"]*")(.*)("[^"]*)$/s;

/** Characters beside a cut that decide where it is: more than the longest indivisible text has. */
const margin = 128;

/**
 * Leaves out the middle of a text that is much longer than `length`. Every cut to that length is the same, and takes a time
 * that does not depend on the text.
 */
export function withoutMiddle(text: string, length: number): string {
  const kept = length + margin;
  return text.length <= 2 * kept ? text : text.slice(0, kept) + text.slice(-kept);
}

/**
 * Cuts a text to a length: `…` stands for its middle, because the end of a URL or a path is telling. Quotes and the text
 * around them stay if there is room for them.
 */
export function cut(whole: string, length: number): string {
  const text = withoutMiddle(whole, length);
  if (text.length <= length) return text;
  const [, before = '', quoted = '', after = ''] = quotedPart.exec(text) ?? [];
  const room = length - before.length;
  if (before === '' || room <= minQuotedLength + 1) return cutMiddle(text, length);
  const shown = cutMiddle(quoted, Math.max(room - after.length, minQuotedLength));
  return cutEnd(`${before}${shown}${after}`, length);
}

/** Names of variables: a part of one would mislead. Longer names are values of the application. */
export const variableNames = /\b[A-Z][A-Z\d]*_[A-Z\d_]{2,60}\b/g;

/** Texts of which a part would mislead: names of variables, hosts with their port, origins of URLs. */
const indivisible = new RegExp(
  `${variableNames.source}|(?:\\bhttps?://)?(?:\\[[\\da-fA-F:.]{2,45}\\]|\\b[\\w.-]{1,80}):\\d{1,5}\\b|\\bhttps?://[\\w.-]{1,80}(?![\\w.-])`,
  'g',
);

/** Scheme, host and port at the beginning of a URL, and its path; the name of a backend may precede it. */
const urlParts =
  /^((?:[\w/.-]{1,40} )?[a-z][a-z\d+.-]*:\/\/(?:\[redacted\]@)?)(\[[^\]]*\]|[^\s/:?#@"]+)(:\d+)?([/?#].*)?$/is;

/** Cuts the middle of a text, around what is indivisible. Keeps scheme, host and port of a URL if there is room for them. */
function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const url = urlParts.exec(text);
  if (url !== null) return cutUrl(url, length);
  const parts = [...text.matchAll(indivisible)].map(({ index, 0: part }) => ({
    start: index,
    end: index + part.length,
  }));
  let tail = text.length - Math.floor((length - 1) / 3);
  const atTail = parts.find(({ start, end }) => start < tail && tail < end);
  // Keeps the part if a third of the length remains for the head.
  if (atTail !== undefined) tail = text.length - atTail.start <= (2 * length) / 3 - 1 ? atTail.start : atTail.end;
  let head = Math.min(length - 1 - (text.length - tail), Math.ceil((2 * (length - 1)) / 3));
  const plainHead = head;
  for (const { start, end } of parts) if (start < head && head < end) head = start;
  if (head === 0 && tail === text.length) {
    tail = text.length - Math.floor((length - 1) / 3);
    head = plainHead;
  }
  return `${text.slice(0, head)}…${text.slice(tail)}`;
}

/** Cuts a URL in its path, from the left; then in its host, but never in its port: another port looks as valid. */
function cutUrl([, scheme = '', host = '', port = '', path = '']: readonly string[], length: number): string {
  const origin = scheme + host + port;
  if (path !== '' && origin.length + 2 <= length) {
    const tail = path.slice(path.length - (length - origin.length - 2));
    return `${origin}/…${tail.includes('/') ? tail.slice(tail.indexOf('/')) : ''}`;
  }
  const end = path.length <= length / 2 ? path : '/…';
  const room = Math.max(length - scheme.length - port.length - end.length - 1, 0);
  return `${scheme}${host.slice(0, Math.ceil(room / 2))}…${host.slice(host.length - Math.floor(room / 2))}${port}${end}`;
}

/**
 * Returns the length to which a URL is cut without a loss of its host or port, quotes around it included; 0 for any other
 * text.
 */
export function minUrlLength(text: string): number {
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2];
  const [, scheme = '', host = '', port = '', path = ''] = urlParts.exec(quoted ?? text) ?? [];
  const frame = quoted === undefined ? 0 : 2;
  return host === ''
    ? 0
    : frame + scheme.length + host.length + port.length + (path === '' ? 0 : Math.min(path.length, 2));
}

/** Cuts the end of a text, around what is indivisible. */
export function cutEnd(whole: string, length: number): string {
  const text = withoutMiddle(whole, length);
  if (text.length <= length) return text;
  let end = Math.max(length - 1, 0);
  for (const { index, 0: part } of text.matchAll(indivisible))
    if (index < end && end < index + part.length) end = index;
  return `${text.slice(0, end)}…`;
}
