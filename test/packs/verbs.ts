/** Every verb of every pack and of its handles, with valid arguments. */
import type { EveryPack } from './every-pack.js';
import type { Shape } from './hostile-values.js';

/** Shapes are events; other arguments are values. */
export interface Verb {
  readonly name: string;
  /** Calls the verb. Handles that it opens are ended. */
  readonly call: (packs: EveryPack, ...given: never[]) => unknown;
  readonly valid: readonly (Shape | string | number | boolean)[];
}

const verb = (name: string, call: Verb['call'], ...valid: Verb['valid']): Verb => ({ name, call, valid });

const call = {
  agent: 'priced',
  operation: 'generate',
  latencyMs: 5,
  ok: true,
  quality: 80,
  tokens: { input: 5, output: 6 },
  costUsd: 0.5,
};
const agents: readonly Verb[] = [
  verb('task', ({ agents }, event) => agents.task(event), call),
  verb('agentCall', ({ agents }, event) => agents.agentCall(event), call),
  verb(
    'ActiveTask.agentCall',
    ({ agents }, event) => {
      const task = agents.begin();
      task.agentCall(event);
      task.end({ ok: true });
    },
    call,
  ),
  verb('ActiveTask.end', ({ agents }, event) => agents.begin().end(event), { ok: false, quality: 50, costUsd: 1 }),
  verb('agentSwitch', ({ agents }, event) => agents.agentSwitch(event), {
    from: 'a',
    to: 'priced',
    qualityImprovement: -5,
    costRatio: 0.5,
  }),
  verb('iteration', ({ agents }, event) => agents.iteration(event), { durationMs: 5 }),
  verb('evaluation', ({ agents }, event) => agents.evaluation(event), {
    latencyMs: 5,
    coveragePercent: 80,
    vulnerabilities: { high: 1, low: 2 },
    typeErrors: 1,
    testFailures: 2,
  }),
  verb('parallelEvaluation', ({ agents }, event) => agents.parallelEvaluation(event), {
    sequentialMs: 9,
    parallelMs: 5,
  }),
  verb('checkpoint', ({ agents }, event) => agents.checkpoint(event), {
    checkpoint: 2,
    latencyMs: 5,
    ok: false,
    endsTask: true,
  }),
  verb('cacheLookup', ({ agents }, event) => agents.cacheLookup(event), { layer: 'disk', hit: true, latencyMs: 5 }),
  verb('cacheSize', ({ agents }, event) => agents.cacheSize(event), { layer: 'disk', megabytes: 5 }),
  verb('embedding', ({ agents }, event) => agents.embedding(event), { cached: false, latencyMs: 5 }),
  verb('guidelineMatch', ({ agents }, event) => agents.guidelineMatch(event), { score: 0.5 }),
  verb('databaseQuery', ({ agents }, event) => agents.databaseQuery(event), { operation: 'select', latencyMs: 5 }),
  verb('externalCall', ({ agents }, event) => agents.externalCall(event), {
    service: 'a',
    latencyMs: 5,
    errorType: 'timeout',
  }),
  verb('costSaved', ({ agents }, usd) => agents.costSaved(usd), 5),
  verb('queueDepth', ({ agents }, tasks) => agents.queueDepth(tasks), 5),
  verb('resources', ({ agents }, event) => agents.resources(event), {
    cpuPercent: 5,
    memoryPercent: 5,
    networkPercent: 5,
    processMemoryMb: 5,
  }),
  verb('exported', ({ agents }, milliseconds) => agents.exported(milliseconds), 5),
  verb('summary', ({ agents }) => agents.summary()),
];

const outcome = { bytesIn: 5, bytesOut: 6, errorCode: '503', outputTokens: 7, streaming: true };
const gateway: readonly Verb[] = [
  verb('provider', ({ gateway }, name) => gateway.provider(name), 'openai'),
  verb('record', ({ gateway }, event) => gateway.provider('openai').record(event), {
    bytesIn: 5,
    bytesOut: 6,
    latencyMs: 7,
    ok: true,
  }),
  verb(
    'ActiveRequest.end',
    ({ gateway }, event) => {
      const request = gateway.provider('openai').begin();
      request.firstByte();
      expectTimes(request.end(event));
    },
    outcome,
  ),
  verb('firstByte', ({ gateway }, milliseconds) => gateway.provider('openai').firstByte(milliseconds), 5),
  verb('outputTokens', ({ gateway }, tokens, ms) => gateway.provider('openai').outputTokens(tokens, ms), 5, 6),
  verb('cacheLookup', ({ gateway }, hit) => gateway.provider('openai').cacheLookup(hit), true),
  verb('error', ({ gateway }, code) => gateway.provider('openai').error(code), 'rate_limit'),
  verb('fallback', ({ gateway }, to, succeeded) => gateway.provider('openai').fallback(to, succeeded), 'a', true),
  verb('audit', ({ gateway }, event) => gateway.audit(event), {
    provider: 'openai',
    model: 'gpt-4o',
    latencyMs: 5,
    firstByteMs: 3,
    proxyMs: 1,
    inputTokens: 5,
    outputTokens: 6,
    totalTokens: 20,
    costUsd: 0.5,
    cacheHit: true,
    streaming: false,
    errorCode: 503,
    session: 's',
    user: 'u',
    application: 'chat',
  }),
  verb('onEvents', ({ gateway }, listener) => gateway.onEvents(listener)),
  verb('streamed', ({ gateway }) => gateway.provider('openai').streamed()),
  verb('rateLimited', ({ gateway }) => gateway.provider('openai').rateLimited()),
  verb('flush', ({ gateway }) => gateway.flush()),
];

function expectTimes({ latencyMs }: { readonly latencyMs: number }): void {
  if (!(latencyMs >= 0)) throw new Error('a request without a duration');
}

const stages = { inference: 0.5, batchWait: 0.25 };
const inference: readonly Verb[] = [
  verb('request', ({ inference }, event) => inference.request(event), {
    totalSeconds: 5,
    stages,
    firstResultSeconds: 1,
    documents: 3,
    errorType: 'timeout',
  }),
  verb(
    'ActiveRequest.end',
    ({ inference }, event) => {
      const request = inference.begin();
      request.firstResult();
      request.end(event);
    },
    { documents: 3, errorType: 'timeout' },
  ),
  verb(
    'ActiveRequest.stage',
    ({ inference }, stage, seconds) => {
      const request = inference.begin();
      request.stage(stage, seconds);
      request.end();
    },
    'inference',
    0.5,
  ),
  verb('stage', ({ inference }, stage, seconds) => inference.stage(stage, seconds), 'inference', 0.5),
  verb('batch', ({ inference }, event) => inference.batch(event), {
    sequences: 2,
    tokens: 20,
    paddingTokens: 5,
    longestSequence: 12,
  }),
  verb('worker', ({ inference }, id, type) => inference.worker(id, type).completed(0.5), 'm1', 'model'),
  verb(
    'Worker.completed',
    ({ inference }, seconds, requests) => {
      const worker = inference.worker('m1', 'model');
      worker.completed(seconds, requests);
    },
    0.5,
    2,
  ),
  // Its windows end: a worker whose requests are counted would no longer agree with its counter.
  verb('Worker.ended', ({ inference }) => inference.worker('idle', 'model').ended()),
  verb('watchQueues', ({ inference }, sizes) => inference.watchQueues(sizes)()),
  verb('modelLoaded', ({ inference }, seconds, model) => inference.modelLoaded(seconds, model), 5, 'm'),
];

const withRun = (use: (run: ReturnType<EveryPack['benchmark']['begin']>) => void) => (packs: EveryPack) => {
  const run = packs.benchmark.begin({ model: 'm' });
  use(run);
  run.end({ ok: true });
};
const benchmark: readonly Verb[] = [
  verb('begin', ({ benchmark }, target) => benchmark.begin(target).end({ ok: true }), {
    model: 'm',
    container: 'c',
    gpu: 0,
  }),
  verb('sample', (packs, event) => withRun((run) => run.sample(event))(packs), {
    latencySeconds: 5,
    ok: true,
    promptCategory: 'people',
    firstOutputSeconds: 1,
    outputs: 9,
    temporalConsistency: 0.9,
  }),
  verb('score', (packs, event) => withRun((run) => run.score(event))(packs), {
    promptCategory: 'people',
    fvd: 300,
    inceptionScore: 30,
    temporalConsistency: 0.9,
  }),
  verb(
    'fScore',
    (packs, counts, options) => withRun((run) => run.fScore(counts, options).f1)(packs),
    {
      truePositives: 5,
      falsePositives: 1,
      falseNegatives: 2,
      trueNegatives: 3,
    },
    { promptCategory: 'people' },
  ),
  verb('apiCall', (packs, event) => withRun((run) => run.apiCall(event))(packs), { responseSeconds: 5, ok: false }),
  verb(
    'end',
    ({ benchmark }, event) => {
      const run = benchmark.begin({ model: 'm' });
      run.queued().dequeued();
      run.end(event);
    },
    { ok: true },
  ),
];

const frame = { durationMs: 5, stages: { decode: 1, inference: 3 }, detections: { person: 2, car: 1 } };
const vision: readonly Verb[] = [
  verb(
    'camera',
    ({ vision }, camera, model) => vision.camera(camera, model).record({ durationMs: 5 }),
    'front',
    'yolo',
  ),
  verb('begin', ({ vision }, camera) => vision.begin(camera).end(), 'front'),
  verb('record', ({ vision }, event) => vision.record(event), { ...frame, camera: 'front', model: 'yolo' }),
  verb('Camera.record', ({ vision }, event) => vision.camera('front').record(event), frame),
  verb('Camera.stage', ({ vision }, stage, ms) => vision.camera('front').stage(stage, ms), 'decode', 5),
  verb('Camera.drop', ({ vision }, reason, frames) => vision.camera('front').drop(reason, frames), 'late', 2),
  verb('Camera.error', ({ vision }, error, stage) => vision.camera('front').error(error, stage), 'timeout', 'decode'),
  verb('Frame.stage', ({ vision }, stage, ms) => vision.begin('front').stage(stage, ms), 'decode', 5),
  verb('Frame.end', ({ vision }, event) => vision.begin('front').end(event), { detections: 3 }),
  verb('Frame.drop', ({ vision }, reason) => vision.begin('front').drop(reason), 'late'),
  verb('Frame.error', ({ vision }, error, stage) => vision.begin('front').error(error, stage), 'timeout', 'decode'),
  // Invalid methods and stages throw, as the contract of `wrap` states.
  verb(
    'wrap',
    ({ vision }, camera, model) => vision.wrap((found: number) => found, { camera, model })(1),
    'front',
    'yolo',
  ),
  verb('gpu', ({ vision }, event) => vision.gpu(event), {
    gpu: 0,
    utilizationPercent: 50,
    memoryUsedBytes: 5,
    memoryTotalBytes: 9,
  }),
];

const start = { operation: 'chat', provider: 'openai', model: 'gpt-4o', serverAddress: 'a.example', serverPort: 443 };
const usage = {
  inputTokens: 9,
  outputTokens: 5,
  cacheReadTokens: 3,
  cacheWriteTokens: 2,
  cacheWrite1hTokens: 1,
  reasoningTokens: 1,
  audioInputTokens: 1,
  audioOutputTokens: 1,
  audioCacheReadTokens: 1,
  imageInputTokens: 1,
  imageOutputTokens: 1,
  serviceTier: 'flex',
  toolUses: { web_search: 1 },
  costUsd: 1,
};
const end = { responseModel: 'gpt-4o-1', usage, errorType: 'timeout', costUsd: 1, stream: 'failed' };
const genai: readonly Verb[] = [
  verb('operation', ({ genai }, event) => genai.operation(event), { ...start, ...end, durationSeconds: 1 }),
  verb('begin', ({ genai }, event) => genai.begin(event).end(), start),
  verb(
    'ActiveOperation.chunk',
    ({ genai }, tokens) => {
      const operation = genai.begin({ provider: 'openai' });
      operation.chunk(tokens);
      operation.end();
    },
    5,
  ),
  verb('ActiveOperation.end', ({ genai }, event) => genai.begin({ provider: 'openai' }).end(event), end),
  verb(
    'ActiveOperation.fail',
    ({ genai }, error, event) => genai.begin({ provider: 'openai' }).fail(error, event),
    'timeout',
    end,
  ),
  verb(
    'observe',
    ({ genai }, event, reading) => {
      const source = (async function* () {})();
      const observed = genai.observe(source, event, reading);
      void observed[Symbol.asyncIterator]().return?.();
    },
    start,
    {},
  ),
  verb('server', ({ genai }, event) => genai.server(event), {
    ...start,
    durationSeconds: 2,
    timeToFirstTokenSeconds: 1,
    outputTokens: 5,
    responseModel: 'gpt-4o-1',
  }),
  verb('agent', ({ genai }, event) => genai.agent(event), {
    agent: 'a',
    model: 'gpt-4o',
    durationSeconds: 1,
    inferenceCalls: 2,
    toolCalls: 3,
  }),
  verb('retrieval', ({ genai }, event) => genai.retrieval(event), { dataSource: 'd', durationSeconds: 1 }),
  verb('tool', ({ genai }, event) => genai.tool(event), {
    tool: 't',
    type: 'function',
    agent: 'a',
    durationSeconds: 1,
  }),
  verb('workflow', ({ genai }, event) => genai.workflow(event), { workflow: 'w', durationSeconds: 1 }),
];

const http: readonly Verb[] = [
  verb('route', ({ http }, request, template) => http.route(request, template), {}, '/users/:id'),
  verb('matched', ({ http }, request, template) => http.matched(request, template), {}, '/users/:id'),
];

export const verbs = { agents, gateway, inference, benchmark, vision, genai, http };
