/**
 * A cluster of VictoriaMetrics: two shards of storage, one server that inserts, one that selects, one that runs rules.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/cluster-victoriametrics/
 */
import { service } from '../compose.js';
import { rulesFolder, type ScaleStorage } from './storage.js';

const version = 'v1.117.1';
const shards = ['vmstorage-1', 'vmstorage-2'];

/** Returns the servers. */
export function victoriaMetrics(): ScaleStorage {
  const writeUrl = 'http://vminsert:8480/insert/0/prometheus/api/v1/write';
  const queryUrl = 'http://vmselect:8481/select/0/prometheus';
  return {
    writeUrl,
    queryUrl,
    services: {
      ...Object.fromEntries(
        shards.map((shard) => [
          shard,
          {
            ...service(`victoriametrics/vmstorage:${version}-cluster`),
            command: ['--storageDataPath=/storage', '--retentionPeriod=1y'],
            volumes: [`${shard}:/storage`],
          },
        ]),
      ),
      vminsert: {
        ...service(`victoriametrics/vminsert:${version}-cluster`),
        command: shards.map((shard) => `--storageNode=${shard}:8400`),
        depends_on: shards,
      },
      vmselect: {
        ...service(`victoriametrics/vmselect:${version}-cluster`),
        command: shards.map((shard) => `--storageNode=${shard}:8401`),
        depends_on: shards,
      },
      vmalert: {
        ...service(`victoriametrics/vmalert:${version}`),
        command: [
          '--rule=/etc/rules/*.yaml',
          `--datasource.url=${queryUrl}`,
          `--remoteRead.url=${queryUrl}`,
          '--remoteWrite.url=http://vminsert:8480/insert/0/prometheus',
          '--notifier.url=http://alertmanager:9093',
        ],
        volumes: [`${rulesFolder}:/etc/rules:ro`],
        depends_on: ['vminsert', 'vmselect'],
      },
    },
    volumes: shards,
    configuration: {},
    variables: [],
  };
}
