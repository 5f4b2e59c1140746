/** Type tests: a measured client keeps its type. Compiled, never run. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { type GenaiRecorder, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';

declare const recorder: GenaiRecorder;

/** `true` if two types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

class Own extends OpenAI {
  readonly team = 'a';
}
const openai = observeOpenAI(new OpenAI(), recorder);
const azure = observeOpenAI(new AzureOpenAI(), recorder, { provider: 'azure.ai.openai' });
const own = observeOpenAI(new Own(), recorder);
const anthropic = observeAnthropic(new Anthropic(), recorder);
true satisfies Same<typeof openai, OpenAI>;
true satisfies Same<typeof azure, AzureOpenAI>;
true satisfies Same<typeof own, Own>;
true satisfies Same<typeof anthropic, Anthropic>;

// @ts-expect-error: client of another SDK
observeOpenAI(new Anthropic(), recorder);
// @ts-expect-error: client of another SDK
observeAnthropic(new OpenAI(), recorder);
// @ts-expect-error: missing recorder
observeOpenAI(new OpenAI());
// @ts-expect-error: unknown option
observeOpenAI(new OpenAI(), recorder, { vendor: 'openai' });
