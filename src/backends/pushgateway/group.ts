/** The group that a job pushes to: its labels and its URL (Pushgateway, "URL"). */
import type { Resource } from '../../model/otel-data.js';

/** A group. Its job may be unknown until the first collection. */
export interface Group {
  /** `undefined` while the job is unknown. */
  readonly url: string | undefined;
  /** Sets the job to `service.name` of the resource, unless the options set it. */
  learn(resource: Resource | undefined): void;
}

/** Default of `service.name` (OpenTelemetry semantic conventions). */
const unknownService = 'unknown_service:node';

/** Labels that the exposition sets per sample, so they cannot have one value for a whole group. */
const reservedLabels = /^(job|le|quantile|otel_scope_.*|__.*)$/;

/** Reports whether a grouping key may contain the label in addition to `job`. */
export function isGroupingLabel(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !reservedLabels.test(name);
}

/** The options that identify a group. */
export interface GroupOptions {
  readonly url: string;
  readonly job: string | undefined;
  readonly groupingKey: Readonly<Record<string, string>>;
}

/** Returns the group that the options identify. */
export function groupOf({ url, job, groupingKey }: GroupOptions): Group {
  const urlOf = (name: string) => groupUrl(url, name, groupingKey);
  let current = job === undefined ? undefined : urlOf(job);
  return {
    get url() {
      return current;
    },
    learn(resource) {
      current ??= urlOf(String(resource?.attributes['service.name'] ?? '') || unknownService);
    },
  };
}

/** Returns the URL of a group below the path of `base`, with the query of `base`. */
function groupUrl(base: string, job: string, groupingKey: Readonly<Record<string, string>>): string {
  const url = new URL(base);
  const labels = Object.entries({ job, ...groupingKey }).map(([name, value]) => segmentsOf(name, value));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/${labels.join('/')}`;
  return url.href;
}

/** Encodes empty values, '.', '..', slashes and control characters as base64: a path segment cannot contain them. */
function segmentsOf(name: string, text: string): string {
  const value = text.replace(/\p{Cs}/gu, '\uFFFD');
  if (value !== '' && !/^\.{1,2}$|[/\p{Cc}]/u.test(value)) return `${name}/${encodeURIComponent(value)}`;
  // The Pushgateway expects an empty value as a single padding character.
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}
