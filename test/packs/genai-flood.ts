/** A flood of failed calls of models that do not exist. */
import { expect } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { prices, start } from './genai-client.js';

/** Records `calls` failed calls, each with an invented model name, and expects constant series and memory. */
export async function expectBoundedModels(calls: number): Promise<void> {
  const { recorder, families } = await start({ prices });
  const samples = async () => [...(await families()).values()].reduce((all, { samples: each }) => all + each.length, 0);
  const models = async () => {
    const { samples: all = [] } = (await families()).get('gen_ai_client_operation_duration_seconds') ?? {};
    return new Set(all.map(({ labels }) => labels.get('gen_ai_request_model')));
  };
  const error = Object.assign(new Error('no such model'), { code: 'model_not_found' });
  let [seriesBefore, heapBefore] = [0, 0];
  for (let id = 0; id < calls; id++) {
    const model = `gpt-${id}-ultra`;
    const call = recorder.begin({ provider: 'openai', model });
    call.fail(error, { responseModel: model, usage: { inputTokens: 1 } });
    if (id === calls / 10) [seriesBefore, heapBefore] = [await samples(), heapUsed()];
  }
  expect(await models()).toEqual(new Set(['_OTHER']));
  expect(await samples()).toBe(seriesBefore);
  // Allows for noise; a retained name per call would exceed it in the flood of a million.
  expect(heapUsed() - heapBefore).toBeLessThan(8 * 2 ** 20);

  // The invented names have not used up the limit of 100 models.
  for (let id = 0; id < 1_000; id++) {
    recorder.operation({ provider: 'openai', model: `real-${id}`, durationSeconds: 1 });
  }
  expect((await models()).size).toBe(101);
}
