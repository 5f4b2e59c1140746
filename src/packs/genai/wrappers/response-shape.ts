/** Reading of provider responses into the outcome of an operation. */
import type { OperationEnd } from '../events.js';
import { member } from '../fields.js';
import { mergeReported, usageOf } from '../provider-usage.js';
import { textIn } from './text.js';

/** Reads the responses of one kind of call. */
export interface ResponseShape {
  /** `gen_ai.operation.name` of the call. */
  readonly operation: string;
  /** Reads a complete response. */
  readResponse(response: unknown): OperationEnd;
  /**
   * Reads an event of a streamed response into `result`. Returns the text of the part of the output in the event, empty
   * for a part that is not text; `undefined` if the event has no part of the output.
   */
  readEvent(event: unknown, result: PartialEnd): string | undefined;
  /** True if a streamed response has usage only if the request asks for it with `stream_options.include_usage`. */
  readonly usageOnRequest?: boolean;
}

/** The outcome of a response that is still being streamed. */
export type PartialEnd = { -readonly [Key in keyof OperationEnd]: OperationEnd[Key] };

/** Reads the model of a response or an event into `result`. */
export function readModel(response: unknown, result: PartialEnd): void {
  const model = member(response, 'model');
  if (typeof model === 'string' && model !== '') result.responseModel = model;
}

/** Reads the text of a response without usage into `result`. */
export function readText(output: unknown, result: PartialEnd): void {
  const text = usageOf(result.usage) === undefined ? textIn(output) : undefined;
  if (text !== undefined) result.outputText = text;
}

/** Merges the usage of a response or an event, in the format of the provider, into `result`. */
export function mergeUsage(usage: unknown, result: PartialEnd): void {
  if (typeof usage !== 'object' || usage === null) return;
  result.usage = mergeReported(result.usage as Readonly<Record<string, unknown>> | undefined, { ...usage });
}
