/** Reading of provider responses: JSON of any shape, of which only members of the expected type are used. */
import type { OperationEnd, TokenUsage } from '../events.js';

/** Reads the responses of one kind of call. */
export interface ResponseShape {
  /** `gen_ai.operation.name` of the call. */
  readonly operation: string;
  /** Reads a complete response. */
  readResponse(response: unknown): OperationEnd;
  /** Reads an event of a streamed response into `result`. Returns true if the event has a part of the output. */
  readEvent(event: unknown, result: PartialEnd): boolean;
}

/** The outcome of a response that is still being streamed. */
export type PartialEnd = { -readonly [Key in keyof OperationEnd]: OperationEnd[Key] };

/** Returns a member of an object; `undefined` for any other value. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Reads the model of a response or an event into `result`. */
export function readModel(response: unknown, result: PartialEnd): void {
  const model = member(response, 'model');
  if (typeof model === 'string' && model !== '') result.responseModel = model;
}

/** Returns the earlier usage, updated by those fields that are numbers. */
export function mergeUsage(
  fields: Readonly<Record<keyof TokenUsage, unknown>>,
  earlier: TokenUsage | undefined,
): TokenUsage {
  const numbers = Object.entries(fields).filter(([, tokens]) => typeof tokens === 'number');
  return { ...earlier, ...Object.fromEntries(numbers) };
}
