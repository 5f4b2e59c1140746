/** Tests the model names that the packs `genai` and `gateway` record. */
import { afterEach, expect, test } from 'vitest';
import { closing, event, start as startGateway } from './gateway-under-test.js';
import { start } from './genai-client.js';

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const dated = { provider: 'openai', model: 'gpt-4o-2024-08-06', durationSeconds: 1 };
const path = { provider: 'openai', model: 'openai/GPT-4o', durationSeconds: 1 };

test('genai records model names as given', async () => {
  const { recorder, values } = await start();
  recorder.operation(dated);
  recorder.operation(path);
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/chat/openai/gpt-4o-2024-08-06': 1,
    'operation_duration_seconds_count/chat/openai/openai/GPT-4o': 1,
  });
});

test('genai records all releases of a model as one model on request', async () => {
  const { recorder, values } = await start({ modelFamilies: true });
  recorder.operation(dated);
  recorder.operation(path);
  expect(await values()).toMatchObject({ 'operation_duration_seconds_count/chat/openai/gpt-4o': 2 });
});

test.each([
  ['the list of models', { models: ['gpt-4o-2024-08-06'] }],
  ['the price table', { prices: { 'gpt-4o-2024-08-06': { input: 1, output: 1 } }, models: 1 }],
  ['the price table, with a provider', { prices: { 'openai/gpt-4o-2024-08-06': { input: 1, output: 1 } } }],
])('genai records refused requests of a model of %s', async (_, options) => {
  const { recorder, values } = await start(options);
  recorder.operation({ ...dated, errorType: '429' });
  recorder.operation({ ...dated, model: 'invented', errorType: '404' });
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/chat/openai/gpt-4o-2024-08-06/429': 1,
    'operation_duration_seconds_count/chat/openai/_OTHER/404': 1,
  });
});

test('models of the price table take no place of other models', async () => {
  const { recorder, values } = await start({ models: 1, prices: { priced: { input: 1, output: 1 } } });
  for (const model of ['priced', 'first', 'second']) recorder.operation({ ...dated, model });
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/chat/openai/priced': 1,
    'operation_duration_seconds_count/chat/openai/first': 1,
    'operation_duration_seconds_count/chat/openai/_OTHER': 1,
  });
});

test.each([
  [{}, { 'audited.requests/chat/openai/gpt-4o-2024-08-06': 1 }],
  [{ modelFamilies: true }, { 'audited.requests/chat/openai/gpt-4o': 1 }],
])('gateway records the model with %o', async (options, expected) => {
  const { recorder, values } = startGateway(options);
  recorder.audit({ ...event, model: 'gpt-4o-2024-08-06' });
  expect(await values()).toMatchObject(expected);
});

test('gateway records refused requests of a listed model', async () => {
  const { recorder, values } = startGateway({ models: ['gpt-4o-2024-08-06'] });
  recorder.audit({ ...event, model: 'gpt-4o-2024-08-06', errorCode: 429 });
  expect(await values()).toMatchObject({ 'audited.errors/openai/gpt-4o-2024-08-06/429': 1 });
});
