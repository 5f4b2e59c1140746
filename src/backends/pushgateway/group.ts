/** The group that a job pushes to: its labels, and where it is (Pushgateway, "URL"). */
import type { Resource } from '@opentelemetry/resources';

/** A group, whose job may be known only once something was collected. */
export interface Group {
  /** `undefined` while the job has no name. */
  readonly url: string | undefined;
  /** Takes the name of the service for that of the job, where the options say none. */
  learn(resource: Resource | undefined): void;
}

/** What OpenTelemetry calls a service that nobody named (semantic conventions, `service.name`). */
const unknownService = 'unknown_service:node';

/** Labels that an exposition gives a meaning of its own, so that all series of a group cannot have one value of them. */
const ofSamples = /^(job|le|quantile|otelier_collision|otel_scope_.*|__.*)$/;

/** Whether a label may be one of a grouping key, beside `job`. */
export function isGroupingLabel(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !ofSamples.test(name);
}

/** The options that identify a group. */
export interface GroupOptions {
  readonly url: string;
  readonly job: string | undefined;
  readonly groupingKey: Readonly<Record<string, string>>;
}

/** Returns the group that the options identify. */
export function groupOf({ url, job, groupingKey }: GroupOptions): Group {
  const at = (name: string) => groupUrl(url, name, groupingKey);
  let known = job === undefined ? undefined : at(job);
  return {
    get url() {
      return known;
    },
    learn(resource) {
      known ??= at(String(resource?.attributes['service.name'] ?? '') || unknownService);
    },
  };
}

/** The URL of a group; a path of `base` comes first, and its query stays. */
function groupUrl(base: string, job: string, groupingKey: Readonly<Record<string, string>>): string {
  const url = new URL(base);
  const labels = Object.entries({ job, ...groupingKey }).map(([name, value]) => segmentsOf(name, value));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/${labels.join('/')}`;
  return url.href;
}

/** Values that a path would lose, or take for more than one segment, go as base64. */
function segmentsOf(name: string, given: string): string {
  const value = given.replace(/\p{Cs}/gu, '\uFFFD');
  if (value !== '' && !/^\.{1,2}$|[/\p{Cc}]/u.test(value)) return `${name}/${encodeURIComponent(value)}`;
  // Nothing at all is one character of padding.
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}
