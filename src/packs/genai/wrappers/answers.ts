/** What answers of providers say: JSON of whatever shape, of which only that is taken which has the right type. */
import type { OperationEnd, TokenUsage } from '../events.js';

/** How the answers to one kind of call are read. */
export interface AnswerShape {
  /** `gen_ai.operation.name` of the call. */
  readonly operation: string;
  /** What a whole answer says. */
  whole(answer: unknown): OperationEnd;
  /** Adds to `known` what an event of a streamed answer says; returns whether the event brings a part of the answer. */
  event(event: unknown, known: KnownAnswer): boolean;
}

/** What is known of an answer that is still being streamed. */
export type KnownAnswer = { -readonly [Key in keyof OperationEnd]: OperationEnd[Key] };

/** A member of an object; `undefined` of anything else. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Notes the model that an answer, or an event of one, names. */
export function noteModel(answer: unknown, known: KnownAnswer): void {
  const model = member(answer, 'model');
  if (typeof model === 'string' && model !== '') known.responseModel = model;
}

/** Usage of those parts that are numbers; what a later event leaves out stays as an earlier one had it. */
export function usageOf(
  parts: Readonly<Record<keyof TokenUsage, unknown>>,
  earlier: TokenUsage | undefined,
): TokenUsage {
  const told = Object.entries(parts).filter(([, tokens]) => typeof tokens === 'number');
  return { ...earlier, ...Object.fromEntries(told) };
}
