/** Metrics of an inference server: 31 metrics with fixed names, and eight additional metrics. */
import { oneOf, optional, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge, observableUpDownCounter } from '../../catalogue/definitions.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Upper buckets of requests, in seconds: a generated answer may take ten minutes. */
const longSeconds = [5, 10, 20, 40, 80, 160, 320, 640];
/** Buckets of whole requests, in seconds. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, ...longSeconds];
/** Buckets of other stages that compute, in seconds. */
const stageSeconds = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];
/** Buckets of stages that take most of a request, the inference and the queues, in seconds. */
const mainSeconds = [...stageSeconds, ...longSeconds];
/** Buckets of stages that copy or hand over, in seconds. */
const handOverSeconds = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1];

/** Maximum number of workers with separate series; further workers are recorded as `_OTHER`. */
export const workerLimit = 64;

const worker = { worker_id: text({ limit: workerLimit }), worker_type: oneOf('model', 'tokenizer') };

const seconds = (name: string, description: string, buckets: readonly number[]) =>
  histogram({ name, unit: 's', description, buckets });
const total = (name: string, unit: string, description: string) => counter({ name, unit, description });
const level = (name: string, unit: string, description: string) => gauge({ name, unit, description });
const reading = (name: string, unit: string, description: string) => observableGauge({ name, unit, description });

/** Returns the catalogue. A namespace prefixes every metric name. */
export function inferenceCatalogue(options: PackCatalogueOptions = {}) {
  return definePackCatalogue(
    {
      requestCount: total('request_count', '{request}', 'Requests processed.'),
      paddedTokens: total('padded_tokens', '{token}', 'Padding tokens added by batching.'),
      totalTokens: total('total_tokens', '{token}', 'Tokens processed, without padding.'),
      workerRequestCount: counter({
        name: 'worker_request_count',
        unit: '{request}',
        description: 'Requests processed by a worker.',
        attributes: worker,
      }),

      requestLatency: seconds('request_latency_seconds', 'End-to-end duration of a request.', requestSeconds),
      tokenizationLatency: seconds(
        'tokenization_latency_seconds',
        'Duration of the tokenization of a request.',
        stageSeconds,
      ),
      inferenceLatency: seconds('inference_latency_seconds', 'Duration of the inference of a request.', mainSeconds),
      queueWaitLatency: seconds('queue_wait_latency_seconds', 'Total time of a request in queues.', mainSeconds),
      tokenizerQueueWaitLatency: seconds(
        'tokenizer_queue_wait_latency_seconds',
        'Time that a request waits for a tokenizer.',
        mainSeconds,
      ),
      modelQueueWaitLatency: seconds(
        'model_queue_wait_latency_seconds',
        'Time that a request waits for the model.',
        mainSeconds,
      ),
      mpQueueSendLatency: seconds(
        'mp_queue_send_latency_seconds',
        'Time to send a request to a worker.',
        handOverSeconds,
      ),
      mpQueueReceiveLatency: seconds(
        'mp_queue_receive_latency_seconds',
        'Time to receive a result from a worker.',
        handOverSeconds,
      ),
      grpcSerializeLatency: seconds('grpc_serialize_latency_seconds', 'Time to serialize a response.', handOverSeconds),
      grpcDeserializeLatency: seconds(
        'grpc_deserialize_latency_seconds',
        'Time to deserialize a request.',
        handOverSeconds,
      ),
      schedulerLatency: seconds('scheduler_latency_seconds', 'Time to schedule a request.', handOverSeconds),
      overheadLatency: seconds(
        'overhead_latency_seconds',
        'Time of a request outside tokenization, inference and queues.',
        stageSeconds,
      ),
      pipelineOverheadLatency: seconds(
        'pipeline_overhead_latency_seconds',
        'Time of a request outside all measured stages.',
        stageSeconds,
      ),

      gpuMemory: level('gpu_memory_mb', 'MBy', 'GPU memory in use.'),
      gpuUtilization: level('gpu_utilization_pct', '%', 'GPU utilization.'),
      cpuPercent: level('cpu_percent', '%', 'CPU utilization of the server, 100 for one core.'),
      tokenizerQueueSize: reading('tokenizer_queue_size', '{request}', 'Requests waiting for a tokenizer.'),
      modelQueueSize: reading('model_queue_size', '{request}', 'Requests waiting for the model.'),
      batchQueueSize: reading('batch_queue_size', '{request}', 'Requests waiting for their batch to fill.'),
      paddingRatio: level('padding_ratio', '1', 'Ratio of padding in the last batch, 0 to 1.'),
      maxSeqLength: level('max_seq_length', '{token}', 'Longest sequence in the last batch.'),
      avgSeqLength: level('avg_seq_length', '{token}', 'Mean sequence length in the last batch.'),
      workerLatency: observableGauge({
        name: 'worker_latency_ms',
        unit: 'ms',
        description: 'Mean duration of a request in a worker, over the window.',
        attributes: worker,
      }),
      workerThroughput: observableGauge({
        name: 'worker_throughput_qps',
        unit: '{request}/s',
        description: 'Requests per second of a worker, over the window.',
        attributes: worker,
      }),
      tokenizerThroughput: reading(
        'tokenizer_throughput_qps',
        '{request}/s',
        'Requests per second of all tokenizers, over the window.',
      ),
      inferenceThroughput: reading(
        'inference_throughput_qps',
        '{request}/s',
        'Requests per second of all models, over the window.',
      ),
      overallThroughput: reading(
        'overall_throughput_qps',
        '{request}/s',
        'Requests per second of the server, over the window.',
      ),

      requestsInFlight: observableUpDownCounter({
        name: 'requests_in_flight',
        unit: '{request}',
        description: 'Active requests.',
      }),
      requestsAbandoned: total('requests_abandoned', '{request}', 'Requests begun whose end was never reported.'),
      requestErrors: counter({
        name: 'request_errors',
        unit: '{request}',
        description: 'Failed requests, by type of error.',
        attributes: { 'error.type': text({ limit: 50 }) },
      }),
      batchSize: histogram({
        name: 'batch_size',
        unit: '{sequence}',
        description: 'Sequences in a batch.',
        buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      }),
      batchWaitLatency: seconds(
        'batch_wait_latency_seconds',
        'Time that a request waits for its batch to fill.',
        stageSeconds,
      ),
      documentsScored: total('documents_scored', '{document}', 'Documents scored.'),
      timeToFirstResult: seconds(
        'time_to_first_result_seconds',
        'Time from a request to its first result.',
        requestSeconds,
      ),
      modelLoadTime: gauge({
        name: 'model_load_time_seconds',
        unit: 's',
        description: 'Load time of a model.',
        attributes: { model: optional(text({ limit: 20 })) },
      }),
    },
    options,
  );
}

/** Definitions of the catalogue. */
export type InferenceDefinitions = ReturnType<typeof inferenceCatalogue>['definitions'];
