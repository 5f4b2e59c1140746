/**
 * Datadog names of metrics, attributes and bucket bounds.
 *
 * Datadog's documentation, "Custom Metrics" and "Getting Started with Tags": a metric name starts with a letter and
 * consists of ASCII letters, digits, `_` and `.`. A tag starts with a letter and consists of lower-case letters and digits
 * of any script, `_`, `-`, `:`, `.` and `/`. Both have at most 200 characters. Datadog normalizes other names itself; this
 * module does it before sending, so that series which would collide can be detected.
 */

/** Maximum length of a name, and of a tag including its key. */
const maxLength = 200;

/** Replaces a metric name or tag without any valid character. */
const unnamed = 'unnamed';

/** Replaces an empty value, because a tag must not end with a colon. Datadog's OpenTelemetry mapping uses the same text. */
const empty = 'n/a';

/**
 * Returns the Datadog name of a metric, followed by `suffix`, which must consist of valid characters.
 *
 * Invalid characters become `_`. A name that does not start with a letter gets the prefix `metric_`. A long name is
 * truncated before the suffix. A valid name is unchanged.
 */
export function datadogName(name: string, suffix = ''): string {
  const text = name.replace(/[^a-zA-Z0-9_.]/gu, '_') || unnamed;
  const prefixed = /^[a-zA-Z]/.test(text) ? text : `metric_${text}`;
  return prefixed.slice(0, maxLength - suffix.length) + suffix;
}

/**
 * Returns the tag of one value: `key:value` in lower case.
 *
 * Invalid characters become `_`, and so does a colon in the key. A key that does not start with a letter gets the prefix
 * `key_`. An empty value becomes `n/a`. A long tag is truncated.
 */
export function datadogTag(key: string, value: string): string {
  return datadogTagText(`${withLetterFirst(key.replaceAll(':', '_') || '_')}:${value || empty}`);
}

/** Normalizes a whole tag, as in `DD_TAGS`: its first colon ends the key; a tag without a colon is only a value. */
export function datadogTagText(tag: string): string {
  const text = withLetterFirst(withValidCharacters(tag));
  const cut = text.length <= maxLength ? text : text.slice(0, maxLength).replace(/\p{Surrogate}$/u, '');
  return cut.replace(/:+$/, '') || unnamed;
}

/** Returns the tags of attributes in their order: one per value, and one per item of a list. */
export function datadogTags(attributes: Readonly<Record<string, unknown>>): string[] {
  const tags: string[] = [];
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const values = Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? '' : value];
    for (const each of values) tags.push(datadogTag(key, textOf(each)));
  }
  return tags;
}

/**
 * Formats a bucket bound as the value of `lower_bound` and `upper_bound`: `0`, `0.5`, `10.0`, `inf`, `-inf`. Below one
 * million it equals the format of the Datadog exporter of the OpenTelemetry Collector.
 */
export function datadogBound(bound: number): string {
  if (bound === 0) return '0';
  if (!Number.isFinite(bound)) return bound > 0 ? 'inf' : '-inf';
  // A tag cannot contain the `+` of an exponent.
  const text = String(bound).replace('+', '');
  return Number.isInteger(bound) && !text.includes('e') ? `${text}.0` : text;
}

function withLetterFirst(text: string): string {
  return /^\p{L}/u.test(text) ? text : `key_${text}`;
}

function withValidCharacters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{Nd}_\-:./]/gu, '_');
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
