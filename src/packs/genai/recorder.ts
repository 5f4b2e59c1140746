/** The recorder of generative AI metrics. */
import type { PackContext } from '../../catalogue/pack.js';
import { OpenHandles } from '../kit/open-handles.js';
import { amountOf, eventOf, isAmount, isCount, refuse, wholeOf } from '../kit/refusal.js';
import { activeOperation, noopOperation, OutcomeReader, readEnd } from './active-operation.js';
import { BoundedAttributes, type RawStart } from './bounded-attributes.js';
import { Costs } from './costs.js';
import type {
  ActiveOperation,
  AgentInvocation,
  Operation,
  OperationStart,
  Retrieval,
  ServerRequest,
  StreamReading,
  ToolExecution,
  WorkflowRun,
} from './events.js';
import type { GenaiDefinitions, GenaiInstruments } from './metrics.js';
import { ObservedStream } from './observed-stream.js';
import { type OperationContext, OperationState } from './operation.js';
import type { GenaiSettings } from './options.js';
import { loadPackagePrices } from './package-prices.js';

/**
 * Turns operations of generative AI into measurements.
 *
 * No method throws, for any argument. The engine rejects invalid values and counts them by reason in
 * `metrics.status().rejected`. An event that cannot be read counts as one `event_unreadable`.
 */
export class GenaiRecorder {
  /** The instruments of the pack. Instruments of one generation exist only if its conventions are selected. */
  readonly instruments: GenaiInstruments;
  readonly #context: OperationContext;
  readonly #outcomes: OutcomeReader;
  /** Returns `undefined` for a start that cannot be read, which is counted. */
  readonly #begin: (start: OperationStart) => OperationState | undefined;

  constructor({ instruments, clock, guard, onShutdown }: PackContext<GenaiDefinitions>, settings: GenaiSettings) {
    const { prices, abandonedAfterMs, tokenizer } = settings;
    const streams = new OpenHandles(abandonedAfterMs);
    const costs = new Costs(instruments, prices === 'package' ? loadPackagePrices(clock) : prices);
    this.instruments = instruments;
    this.#context = { instruments, clock, attributes: new BoundedAttributes(settings), costs, streams, tokenizer };
    this.#outcomes = new OutcomeReader(guard);
    this.#begin = guard.verb(
      'begin',
      (start: OperationStart): OperationState | undefined => new OperationState(this.#context, readStart(start)),
      () => undefined,
    );
    instruments.activeStreams.addCallback((observation) => {
      streams.sweep(clock.monotonicMs());
      observation.observe(streams.count);
    });
    // Operations that wait for prices are part of the last collection.
    onShutdown(() => costs.loading);
  }

  /** Begins an operation, which is timed until its handle ends it. */
  begin(start: OperationStart): ActiveOperation {
    const state = this.#begin(start);
    return state === undefined ? noopOperation : activeOperation(this.#outcomes, state);
  }

  /**
   * Measures a stream from now on: the time to its first chunk and between chunks, tokens per second, and its outcome.
   * Chunks, errors, back-pressure and early termination are those of `stream`. To include earlier time, call `begin()`
   * before the request and `chunk()` on its handle instead.
   */
  observe<T>(stream: AsyncIterable<T>, start: OperationStart, reading?: StreamReading<T>): AsyncIterable<T> {
    const state = this.#begin(start);
    return state === undefined ? stream : new ObservedStream(stream, reading ?? {}, this.#context, state);
  }

  /** Records a finished operation. */
  operation(operation: Operation): void {
    const { durationSeconds } = operation;
    new OperationState(this.#context, readStart(operation)).endAfter(durationSeconds, readEnd(operation));
  }

  /** Records a request to a model that this process serves. */
  server(request: ServerRequest): void {
    const { instruments } = this;
    const { attributes } = this.#context;
    const { durationSeconds, timeToFirstTokenSeconds: firstToken, outputTokens, responseModel, errorType } = request;
    const seconds = amountOf(durationSeconds);
    const common = attributes.ofOperation(readStart(request), responseModel, errorType === undefined);
    if (errorType !== undefined) {
      const withError = { ...common, 'error.type': attributes.error(errorType) };
      instruments.serverRequestDuration.record(seconds, withError);
      return;
    }
    instruments.serverRequestDuration.record(seconds, common);
    if (!isGiven(firstToken)) return;
    // The first token does not arrive after the last one.
    const firstSeconds = amountOf(firstToken, isAmount(seconds) ? seconds : undefined);
    instruments.serverTimeToFirstToken.record(firstSeconds, common);
    if (!isGiven(outputTokens)) return;
    if (!isCount(outputTokens)) refuse(instruments.serverTimePerOutputToken, outputTokens);
    else if (outputTokens > 1 && isAmount(seconds) && isAmount(firstSeconds)) {
      instruments.serverTimePerOutputToken.record((seconds - firstSeconds) / (outputTokens - 1), common);
    }
  }

  /** Records an agent invocation. */
  agent(invocation: AgentInvocation): void {
    const { attributes } = this.#context;
    const { agent, model, durationSeconds, inferenceCalls, toolCalls, errorType } = eventOf(invocation);
    const { invokeAgentDuration, invokeAgentInferenceCalls, invokeAgentToolCalls } = this.instruments;
    invokeAgentDuration.record(amountOf(durationSeconds), {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agent,
      'gen_ai.request.model': attributes.model(model, errorType === undefined),
      'error.type': attributes.error(errorType),
    });
    const ofAgent = { 'gen_ai.agent.name': agent };
    if (isGiven(inferenceCalls)) invokeAgentInferenceCalls.record(wholeOf(inferenceCalls), ofAgent);
    if (isGiven(toolCalls)) invokeAgentToolCalls.record(wholeOf(toolCalls), ofAgent);
  }

  /** Records a tool execution. */
  tool(execution: ToolExecution): void {
    const { attributes } = this.#context;
    const { tool, type, agent, durationSeconds, errorType } = eventOf(execution);
    this.instruments.executeToolDuration.record(amountOf(durationSeconds), {
      'gen_ai.tool.name': attributes.tool(tool, errorType === undefined),
      'gen_ai.tool.type': type,
      'gen_ai.agent.name': agent,
      'error.type': attributes.error(errorType),
    });
  }

  /** Records a workflow run. */
  workflow(run: WorkflowRun): void {
    const { workflow, durationSeconds, errorType } = eventOf(run);
    this.instruments.invokeAgentDuration.record(amountOf(durationSeconds), {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.agent.name': workflow,
      'error.type': this.#context.attributes.error(errorType),
    });
  }

  /** Records a retrieval of documents. */
  retrieval(retrieval: Retrieval): void {
    const { dataSource, durationSeconds, errorType } = eventOf(retrieval);
    this.instruments.retrievalDuration.record(amountOf(durationSeconds), {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': dataSource,
      'error.type': this.#context.attributes.error(errorType),
    });
  }
}

/** Reports whether an optional value is given. Untyped code may pass `null`. */
function isGiven<T>(value: T | undefined | null): value is T {
  return value !== undefined && value !== null;
}

/**
 * Reads each field of the start of an operation once.
 *
 * @throws {TypeError} if the start is not an object; otherwise any error that a getter of it throws.
 */
function readStart(start: OperationStart): RawStart & { readonly inputText: unknown } {
  const { operation, provider, model, serverAddress, serverPort, agent, inputText } = eventOf(start);
  return {
    operation: operation ?? 'chat',
    provider,
    model: model ?? undefined,
    serverAddress: serverAddress ?? undefined,
    serverPort: serverPort ?? undefined,
    agent: agent ?? undefined,
    inputText,
  };
}
