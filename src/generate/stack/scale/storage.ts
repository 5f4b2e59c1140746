/** A storage on many machines, as a part of the stack. */

/** Servers of a storage. */
export interface ScaleStorage {
  /** Endpoint of Prometheus' remote write. */
  readonly writeUrl: string;
  /** URL of its API of queries, as Grafana's server reaches it. */
  readonly queryUrl: string;
  /** Services and volumes of compose. */
  readonly services: Readonly<Record<string, object>>;
  readonly volumes: readonly string[];
  /** Contents of its configuration files by path below the folder `scale`. */
  readonly configuration: Readonly<Record<string, object>>;
  /** Variables of `.env` that it needs. */
  readonly variables: readonly string[];
}

/** Folder of the rules, relative to the folder of the stack. */
export const rulesFolder = './conf/prometheus/rules';

/** Variables of a bucket that speaks S3. */
export const bucketVariables = ['S3_ENDPOINT', 'S3_BUCKET', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/** Returns a reference that compose replaces, and refuses to start without. */
export function reference(variable: string): string {
  return `\${${variable}:?set ${variable} in .env}`;
}
