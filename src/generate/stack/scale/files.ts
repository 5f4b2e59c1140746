/** Files for more series than one machine can hold: tiers of OTel Collectors, and a storage of several servers. */
import { type Files, jsonText } from '../../files.js';
import { yamlText } from '../../yaml.js';
import { service } from '../compose.js';
import { images, type StackOptions, type Storage } from '../options.js';
import { agentConfig, gatewayConfig, gatewayHost } from './collectors.js';
import { storageOf } from './storages.js';

/** Returns the files of the folder `scale`. */
export function scaleFiles(scale: Storage, { naming }: Pick<StackOptions, 'naming'>): Files {
  const { writeUrl, services, volumes, configuration } = storageOf(scale);
  const suffixes = naming.strategy !== 'UnderscoreEscapingWithoutSuffixes';
  const compose = {
    services: {
      // Merged with the service of this name in the compose file of the stack.
      'otel-collector': { volumes: ['./scale/otel-agent:/etc/otelcol:ro'] },
      [gatewayHost]: {
        ...service(images.collector),
        command: ['--config=/etc/otelcol/config.yaml'],
        deploy: { replicas: 2 },
        volumes: ['./scale/otel-gateway:/etc/otelcol:ro'],
      },
      ...services,
    },
    volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
  };
  return new Map([
    ['docker-compose.yaml', yamlText(compose, ['Merged with the file of the stack; paths start from its folder.'])],
    ['otel-agent/config.yaml', yamlText(agentConfig())],
    ['otel-gateway/config.yaml', yamlText(gatewayConfig(writeUrl, suffixes))],
    ...Object.entries(configuration).map(
      ([path, content]) => [path, path.endsWith('.json') ? jsonText(content) : yamlText(content)] as const,
    ),
  ]);
}
