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

test.each([
  ['with a date', 'gpt-4o', 'gpt-4o-2024-08-06'],
  ['with a tag', 'gpt-4o', 'gpt-4o-latest'],
  ['with a path', 'gpt-4o', 'openai/gpt-4o'],
  ['in another spelling', 'GPT-4o', 'gpt-4o'],
  ['with a date, of the provider', 'openai/gpt-4o', 'gpt-4o-2024-08-06'],
])('genai records refused requests of a name that the table prices: %s', async (_, listed, model) => {
  const { recorder, values } = await start({ prices: { [listed]: { input: 1, output: 1 } } });
  recorder.operation({ ...dated, model, errorType: '429' });
  recorder.begin({ provider: 'openai', model }).fail(new Error('x'), { responseModel: model });
  recorder.server({ ...dated, model, errorType: '429' });
  expect(await values()).toMatchObject({
    [`operation_duration_seconds_count/chat/openai/${model}/429`]: 1,
    [`operation_duration_seconds_count/chat/openai/${model}/${model}/Error`]: 1,
    [`server_request_duration_seconds_count/chat/openai/${model}/429`]: 1,
  });
});

test.each([
  ['another model', 'openai', 'gpt-4o-mini', {}],
  ['a suffix that is no release', 'openai', 'gpt-4o-invented', {}],
  ['the model of another provider', 'openai', 'o3-2025-04-16', {}],
  ['a list of models', 'openai', 'gpt-4o-2024-08-06', { models: ['gpt-4o'] }],
])('genai records refused requests as _OTHER: %s', async (_, provider, model, options) => {
  const prices = { 'gpt-4o': { input: 1, output: 1 }, 'azure/o3': { input: 1, output: 1 } };
  const { recorder, values } = await start({ prices, ...options });
  recorder.operation({ ...dated, provider, model, errorType: '429' });
  expect(await values()).toMatchObject({ [`operation_duration_seconds_count/chat/${provider}/_OTHER/429`]: 1 });
});

test('a hundred names that the table prices are admitted, which take no place of other models', async () => {
  const { recorder, families } = await start({ models: 3, prices: { 'gpt-4o': { input: 1, output: 1 } } });
  const storm = (from: number) => {
    for (let id = from; id < from + 500; id++) {
      recorder.operation({ ...dated, model: `gpt-4o-20${String(id).padStart(6, '0')}`, errorType: '429' });
    }
  };
  storm(0);
  for (let id = 0; id < 10; id++) recorder.operation({ ...dated, model: `real-${id}` });
  recorder.operation({ ...dated, model: 'gpt-4o' });
  storm(500);
  const { samples = [] } = (await families()).get('gen_ai_client_operation_duration_seconds') ?? {};
  const models = [...new Set(samples.map(({ labels }) => labels.get('gen_ai_request_model') ?? ''))];
  expect(models.filter((name) => name.startsWith('gpt-4o-'))).toHaveLength(100);
  expect(models.filter((name) => !name.startsWith('gpt-4o-')).sort()).toEqual(
    ['_OTHER', 'gpt-4o', 'real-0', 'real-1', 'real-2'].sort(),
  );
});

test('the model of a price table that answers takes no place of other models under any name', async () => {
  const { recorder, values } = await start({ models: 1, prices: { 'gpt-4o': { input: 1, output: 1 } } });
  for (const model of ['gpt-4o-2024-08-06', 'first', 'second']) recorder.operation({ ...dated, model });
  expect(await values()).toMatchObject({
    'operation_duration_seconds_count/chat/openai/gpt-4o-2024-08-06': 1,
    'operation_duration_seconds_count/chat/openai/first': 1,
    'operation_duration_seconds_count/chat/openai/_OTHER': 1,
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
