/** The way in to the metrics of generative AI. */
import type { PackContext } from '../../catalogue/pack.js';
import { orRefused, refuse } from '../kit/refusal.js';
import { activeOperation, nothing, readEnd } from './active.js';
import { type GivenStart, Names } from './attributes.js';
import { Costs } from './costs.js';
import type {
  ActiveOperation,
  AgentInvocation,
  Operation,
  OperationStart,
  ServerRequest,
  StreamReading,
  ToolExecution,
  WorkflowRun,
} from './events.js';
import type { GenaiDefinitions, GenaiInstruments } from './metrics.js';
import { ObservedStream } from './observe.js';
import { OpenStreams } from './open-streams.js';
import { type OperationContext, OperationState } from './operation.js';
import type { GenaiSettings } from './options.js';
import { loadPackagePrices } from './package-prices.js';

/**
 * Turns operations of generative AI into measurements.
 *
 * No verb throws, whatever it is given. A value that is none is refused by the engine and counted by its reason in
 * `metrics.status().rejected`, and so is an event that cannot be read: as one `value_not_finite` of its duration.
 */
export class GenaiRecorder {
  /** The metrics themselves; those of one generation of conventions only where it is chosen. */
  readonly instruments: GenaiInstruments;
  readonly #context: OperationContext;

  constructor({ instruments, clock, onShutdown }: PackContext<GenaiDefinitions>, settings: GenaiSettings) {
    const { prices, abandonedAfterMs } = settings;
    const streams = new OpenStreams(abandonedAfterMs);
    const costs = new Costs(instruments, prices === 'package' ? loadPackagePrices(clock) : prices);
    this.instruments = instruments;
    this.#context = { instruments, clock, names: new Names(settings), costs, streams };
    instruments.activeStreams.addCallback((observation) => {
      streams.sweep(clock.monotonicMs());
      observation.observe(streams.count);
    });
    // What waits for prices is in the last collection.
    onShutdown(() => costs.loading);
  }

  /** Begins an operation: it is timed until it is ended. */
  begin(start: OperationStart): ActiveOperation {
    const state = this.#begun(start);
    return state === undefined ? nothing : activeOperation(this.#context, state);
  }

  /**
   * Measures a stream, from now: the time to its first chunk and between chunks, tokens per second, and how it ends.
   * Chunks, errors and pace are those of `stream`, also what leaves it early. Time that went by before counts with
   * `begin()`, whose operation is told of each chunk.
   */
  observe<T>(stream: AsyncIterable<T>, start: OperationStart, reading?: StreamReading<T>): AsyncIterable<T> {
    const state = this.#begun(start);
    return state === undefined ? stream : new ObservedStream(stream, reading ?? {}, this.#context, state);
  }

  /** Records an operation that is over. */
  operation(operation: Operation): void {
    orRefused(this.instruments.operationDuration, () => {
      const { durationSeconds } = operation;
      new OperationState(this.#context, readStart(operation)).over(readEnd(operation), durationSeconds);
    });
  }

  /** Records a request to a model that is served here. */
  server(request: ServerRequest): void {
    const { instruments } = this;
    const { names } = this.#context;
    orRefused(instruments.serverRequestDuration, () => {
      const { durationSeconds, timeToFirstTokenSeconds: toFirst, outputTokens, responseModel, errorType } = request;
      const of = names.attributesOf(readStart(request), responseModel, errorType === undefined);
      if (errorType !== undefined) {
        instruments.serverRequestDuration.record(durationSeconds, { ...of, 'error.type': names.error(errorType) });
        return;
      }
      instruments.serverRequestDuration.record(durationSeconds, of);
      if (toFirst === undefined) return;
      instruments.serverTimeToFirstToken.record(toFirst, of);
      if (outputTokens === undefined || outputTokens === 0 || outputTokens === 1) return;
      instruments.serverTimePerOutputToken.record((durationSeconds - toFirst) / (outputTokens - 1), of);
    });
  }

  /** Records one invocation of an agent. */
  agent(invocation: AgentInvocation): void {
    const { names } = this.#context;
    orRefused(this.instruments.invokeAgentDuration, () => {
      const { agent, model, durationSeconds, errorType } = invocation;
      this.instruments.invokeAgentDuration.record(durationSeconds, {
        'gen_ai.agent.name': agent,
        'gen_ai.request.model': names.model(model, errorType === undefined),
        'error.type': names.error(errorType),
      });
    });
  }

  /** Records one execution of a tool. */
  tool(execution: ToolExecution): void {
    const { names } = this.#context;
    orRefused(this.instruments.executeToolDuration, () => {
      const { tool, type, agent, durationSeconds, errorType } = execution;
      this.instruments.executeToolDuration.record(durationSeconds, {
        'gen_ai.tool.name': names.tool(tool, errorType === undefined),
        'gen_ai.tool.type': type,
        'gen_ai.agent.name': agent,
        'error.type': names.error(errorType),
      });
    });
  }

  /** Records one workflow. */
  workflow(run: WorkflowRun): void {
    orRefused(this.instruments.invokeWorkflowDuration, () => {
      const { workflow, durationSeconds, errorType } = run;
      this.instruments.invokeWorkflowDuration.record(durationSeconds, {
        'gen_ai.workflow.name': workflow,
        'error.type': this.#context.names.error(errorType),
      });
    });
  }

  #begun(start: OperationStart): OperationState | undefined {
    try {
      return new OperationState(this.#context, readStart(start));
    } catch {
      refuse(this.instruments.operationDuration);
      return undefined;
    }
  }
}

/** What is said of an operation when it begins, read once. Throws whatever reading it throws. */
function readStart({ operation, provider, model, serverAddress, serverPort }: OperationStart): GivenStart {
  return {
    operation: operation ?? 'chat',
    provider,
    model: model ?? undefined,
    serverAddress: serverAddress ?? undefined,
    serverPort: serverPort ?? undefined,
  };
}
