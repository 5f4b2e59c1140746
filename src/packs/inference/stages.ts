/** The stages of a request: the histogram of each, and the groups that totals are computed from. */
import type { Stage } from './events.js';
import type { InferenceDefinitions } from './metrics.js';

export const histogramOfStage = {
  deserialize: 'grpcDeserializeLatency',
  scheduler: 'schedulerLatency',
  tokenizerQueueWait: 'tokenizerQueueWaitLatency',
  tokenization: 'tokenizationLatency',
  batchWait: 'batchWaitLatency',
  modelQueueWait: 'modelQueueWaitLatency',
  inference: 'inferenceLatency',
  send: 'mpQueueSendLatency',
  receive: 'mpQueueReceiveLatency',
  serialize: 'grpcSerializeLatency',
} as const satisfies Record<Stage, keyof InferenceDefinitions>;

export const waitStages: ReadonlySet<Stage> = new Set(['tokenizerQueueWait', 'batchWait', 'modelQueueWait']);
export const computeStages: ReadonlySet<Stage> = new Set(['tokenization', 'inference']);

/** True for the name of a stage; untyped code may pass any value. */
export function isStage(stage: unknown): stage is Stage {
  return typeof stage === 'string' && Object.hasOwn(histogramOfStage, stage);
}
