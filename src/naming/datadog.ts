/**
 * Datadog names: what a metric, its attributes and the bounds of its buckets are called there.
 *
 * Datadog's documentation, "Custom Metrics" and "Getting Started with Tags": a metric name starts with a letter and has
 * ASCII letters, digits, `_` and `.`; a tag starts with a letter and has letters and digits of any script in lower case,
 * `_`, `-`, `:`, `.` and `/`; both have at most 200 characters. Datadog itself would turn the rest into `_` or cut it off;
 * it is done here, so that two series which it would take for one are seen to be so before they are sent.
 */

/** Characters of the longest name, and of the longest tag with its key. */
const longest = 200;

/** What stands for a metric name of which nothing can be kept. */
const unnamed = 'unnamed';

/** What stands for an empty value: a tag must not end with a colon. Datadog's own mapping of OpenTelemetry has the same. */
const empty = 'n/a';

/**
 * The name of a metric, followed by `suffix`, which is made of characters that a name may have.
 *
 * Characters that a name cannot have become `_`, a name that does not start with a letter gets `metric_` before it, and one
 * that is too long is cut before the suffix. A name of Datadog stays as it is.
 */
export function datadogName(name: string, suffix = ''): string {
  const text = name.replace(/[^a-zA-Z0-9_.]/gu, '_') || unnamed;
  const started = /^[a-zA-Z]/.test(text) ? text : `metric_${text}`;
  return started.slice(0, longest - suffix.length) + suffix;
}

/**
 * The tag of one value: `key:value` in lower case.
 *
 * Characters that a tag cannot have become `_`, as does a colon of the key, which would end it. A key that does not start
 * with a letter gets `key_` before it. An empty value becomes `n/a`; what is too long is cut.
 */
export function datadogTag(key: string, value: string): string {
  return datadogTagText(`${started(key.replaceAll(':', '_') || '_')}:${value || empty}`);
}

/** A whole tag, as `DD_TAGS` has it: its first colon ends the key, and without one it is a value alone. */
export function datadogTagText(tag: string): string {
  const text = started(plain(tag));
  const cut = text.length <= longest ? text : text.slice(0, longest).replace(/\p{Surrogate}$/u, '');
  return cut.replace(/:+$/, '') || unnamed;
}

/** The tags of attributes, in the order of the attributes: one for each value, and for each element of a list. */
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
 * A bound of a bucket as the value of `lower_bound` and `upper_bound`: `0`, `0.5`, `10.0`, `inf`, `-inf`. Below a million
 * that is what the Datadog exporter of the OpenTelemetry Collector writes.
 */
export function datadogBound(bound: number): string {
  if (bound === 0) return '0';
  if (!Number.isFinite(bound)) return bound > 0 ? 'inf' : '-inf';
  // A sign of an exponent is no character of a tag.
  const text = String(bound).replace('+', '');
  return Number.isInteger(bound) && !text.includes('e') ? `${text}.0` : text;
}

function started(text: string): string {
  return /^\p{L}/u.test(text) ? text : `key_${text}`;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{Nd}_\-:./]/gu, '_');
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
