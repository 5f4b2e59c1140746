/**
 * Three Mimirs, each with all components, and blocks in a bucket that speaks S3.
 *
 * @see https://grafana.com/docs/mimir/latest/configure/configuration-parameters/
 */
import { service } from '../compose.js';
import { bucketVariables, reference, rulesFolder, type ScaleStorage } from './storage.js';

const image = 'grafana/mimir:2.17.0';
const replicas = ['mimir-1', 'mimir-2', 'mimir-3'];

/** Returns the servers. Every replica answers requests; the first one receives them. */
export function mimir(): ScaleStorage {
  return {
    writeUrl: 'http://mimir-1:8080/api/v1/push',
    queryUrl: 'http://mimir-1:8080/prometheus',
    services: Object.fromEntries(
      replicas.map((replica) => [
        replica,
        {
          ...service(image),
          command: ['-config.file=/etc/mimir/mimir.yaml', '-config.expand-env=true'],
          environment: Object.fromEntries(bucketVariables.map((each) => [each, reference(each)])),
          hostname: replica,
          volumes: [
            './scale/mimir:/etc/mimir:ro',
            // A folder for each tenant; without tenants there is one with this name.
            `${rulesFolder}:/etc/mimir-rules/anonymous:ro`,
            `${replica}:/data`,
          ],
        },
      ]),
    ),
    volumes: replicas,
    configuration: { 'mimir/mimir.yaml': configuration() },
    variables: bucketVariables,
  };
}

function configuration(): object {
  const ofEnvironment = (name: string) => `\${${name}}`;
  return {
    target: 'all',
    multitenancy_enabled: false,
    server: { http_listen_port: 8080 },
    common: {
      storage: {
        backend: 's3',
        s3: {
          endpoint: ofEnvironment('S3_ENDPOINT'),
          bucket_name: ofEnvironment('S3_BUCKET'),
          access_key_id: ofEnvironment('AWS_ACCESS_KEY_ID'),
          secret_access_key: ofEnvironment('AWS_SECRET_ACCESS_KEY'),
        },
      },
    },
    blocks_storage: { storage_prefix: 'blocks', tsdb: { dir: '/data/tsdb' }, bucket_store: { sync_dir: '/data/sync' } },
    compactor: { data_dir: '/data/compactor' },
    ingester: { ring: { replication_factor: 3 } },
    memberlist: { join_members: replicas },
    limits: { compactor_blocks_retention_period: '1y', native_histograms_ingestion_enabled: true },
    ruler: { rule_path: '/data/ruler', alertmanager_url: 'http://alertmanager:9093' },
    ruler_storage: { backend: 'local', local: { directory: '/etc/mimir-rules' } },
  };
}
