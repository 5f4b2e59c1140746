/**
 * Thanos: two receivers that share series by a ring of hashes, blocks in a bucket that speaks S3, and the compactor, which
 * downsamples on its own.
 *
 * @see https://thanos.io/tip/components/receive.md/
 * @see https://thanos.io/tip/components/compact.md/
 */
import { service } from '../compose.js';
import { bucketVariables, reference, rulesFolder, type ScaleStorage } from './storage.js';

const image = 'quay.io/thanos/thanos:v0.38.0';
const receivers = ['thanos-receive-1', 'thanos-receive-2'];
const grpc = (host: string) => `${host}:10901`;

/** Returns the servers. */
export function thanos(): ScaleStorage {
  const bucket = { bucket: reference('S3_BUCKET'), endpoint: reference('S3_ENDPOINT') };
  const bucketFlag = `--objstore.config=${JSON.stringify({ type: 'S3', config: bucket })}`;
  const keys = Object.fromEntries(
    bucketVariables.filter((each) => each.startsWith('AWS_')).map((each) => [each, reference(each)]),
  );
  const server = (command: string[], volumes: string[]) => ({
    ...service(image),
    // Its own user cannot write to new volumes.
    user: '0:0',
    command,
    environment: keys,
    volumes,
  });
  return {
    writeUrl: 'http://thanos-receive-1:19291/api/v1/receive',
    queryUrl: 'http://thanos-query:10902',
    services: {
      ...Object.fromEntries(
        receivers.map((receiver) => [
          receiver,
          server(
            [
              'receive',
              '--tsdb.path=/data',
              '--tsdb.retention=2d',
              `--label=receive="${receiver}"`,
              `--receive.local-endpoint=${grpc(receiver)}`,
              '--receive.hashrings-file=/etc/thanos/hashrings.json',
              '--receive.hashrings-algorithm=ketama',
              '--receive.replication-factor=1',
              bucketFlag,
            ],
            ['./scale/thanos:/etc/thanos:ro', `${receiver}:/data`],
          ),
        ]),
      ),
      'thanos-store': server(['store', '--data-dir=/data', bucketFlag], ['thanos-store:/data']),
      'thanos-compact': server(
        [
          'compact',
          '--wait',
          '--data-dir=/data',
          '--retention.resolution-raw=30d',
          '--retention.resolution-5m=1y',
          '--retention.resolution-1h=1y',
          bucketFlag,
        ],
        ['thanos-compact:/data'],
      ),
      'thanos-query': {
        ...service(image),
        command: [
          'query',
          ...[...receivers, 'thanos-store', 'thanos-rule'].map((host) => `--endpoint=${grpc(host)}`),
          '--query.replica-label=receive',
        ],
      },
      'thanos-rule': server(
        [
          'rule',
          '--data-dir=/data',
          '--eval-interval=15s',
          '--rule-file=/etc/thanos-rules/*.yaml',
          '--query=http://thanos-query:10902',
          '--alertmanagers.url=http://alertmanager:9093',
          '--label=rule="1"',
          bucketFlag,
        ],
        [`${rulesFolder}:/etc/thanos-rules:ro`, 'thanos-rule:/data'],
      ),
    },
    volumes: [...receivers, 'thanos-store', 'thanos-compact', 'thanos-rule'],
    configuration: { 'thanos/hashrings.json': [{ endpoints: receivers.map(grpc) }] },
    variables: bucketVariables,
  };
}
