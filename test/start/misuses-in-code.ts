/** Mistakes in code, and the problem that the error about each of them contains. */
import { counter, defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { agent } from 'otelier/packs/agent';
import { gateway } from 'otelier/packs/gateway';
import { http } from 'otelier/packs/http';

const url = 'expected an http:// or https:// URL';
const described = { name: 'shop.size', unit: 'By', description: 'Sizes.' };
const environment = { OTEL_METRICS_EXPORTER: 'none' };
const start = (options: object) => () => startMetrics({ isolated: true, environment, ...options });

export const misusesInCode: readonly (readonly [title: string, misuse: () => unknown, problem: string])[] = [
  ['an option', start({ serviceNam: 'x' }), 'serviceNam: expected a known option (did you mean "serviceName"?)'],
  [
    'a word',
    start({ exporters: ['otpl'] }),
    'exporters: got "otpl", expected one of prometheus, otlp, datadog, console, pushgateway, none (did you mean "otlp"?)',
  ],
  [
    'an option of a backend',
    start({ backends: [prometheus({ prot: 1 } as never)] }),
    'prometheus.prot: expected a known option (did you mean "port"?)',
  ],
  [
    'a word of a backend',
    start({ backends: [otlp({ protocol: 'http/jsn' as never })] }),
    'otlp.protocol: got "http/jsn", expected one of http/protobuf, http/json, grpc (did you mean "http/json"?)',
  ],
  [
    'a URL of OTLP',
    start({ backends: [otlp({ endpoint: 'c:4318' })] }),
    `otlp.endpoint: got "c:4318", ${url} (did you mean "http://c:4318/v1/metrics"?)`,
  ],
  [
    'a URL of OTLP with the port of gRPC',
    start({ backends: [otlp({ endpoint: 'grpc://c:4317' })] }),
    'otlp.endpoint: got "grpc://c:4317", expected http:// with port 4318, or with protocol grpc',
  ],
  [
    'a URL of OTLP without a port, for a preset',
    start({ backends: [otlp({ endpoint: 'c/api/v1/otlp/v1/metrics', preset: 'prometheus' })] }),
    `otlp.endpoint: got "c/api/v1/otlp/v1/metrics", ${url} (did you mean "http://c:9090/api/v1/otlp/v1/metrics"?)`,
  ],
  [
    'a URL of a Pushgateway',
    start({ backends: [pushgateway({ url: 'g:9091' })] }),
    `pushgateway.url: got "g:9091", ${url} (did you mean "http://g:9091"?)`,
  ],
  [
    'a URL of Datadog',
    start({ backends: [datadog({ endpoint: 'p:80' })] }),
    `datadog.endpoint: got "p:80", ${url} (did you mean "http://p:80"?)`,
  ],
  [
    'an option of a pack',
    () => http({ rotes: 5 } as never),
    'http.rotes: expected a known option (did you mean "routes"?)',
  ],
  [
    'an unrelated option of a pack',
    () => gateway({ statsd: 1 } as never),
    'gateway.statsd: expected a known option: namespace, providers, models, modelFamilies, applications, windowMs, abandonedAfterMs, maxExpectedSeconds, auditCapacity, …',
  ],
  [
    'a part of a price',
    () => agent({ prices: { coder: { input: 1, output: 2, inputs: 3 } as never } }),
    'agent.prices.coder.inputs: expected a known part of a price (did you mean "input"?)',
  ],
  [
    'an option of a metric',
    () => defineCatalogue({ size: histogram({ ...described, bucket: [1] } as never) }),
    'size.bucket: expected an option of histogram() (did you mean "buckets"?)',
  ],
  [
    'an option of an attribute',
    () => defineCatalogue({ size: counter({ ...described, attributes: { key: text({ limits: 3 } as never) } }) }),
    'size.attributes.key.limits: expected an option of text() (did you mean "limit"?)',
  ],
  [
    'an option of a catalogue',
    () => defineCatalogue({}, { namspace: 'shop' } as never),
    'namspace: expected a known option (did you mean "namespace"?)',
  ],
  ['options of a pack', () => http('x' as never), 'http: got "x", expected an object with options'],
];
