/** Compiled, never run: a measured client has the type that it had. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { type GenaiRecorder, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';

declare const recorder: GenaiRecorder;

/** Whether two types are one and the same. */
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

// @ts-expect-error: a client of another SDK
observeOpenAI(new Anthropic(), recorder);
// @ts-expect-error: a client of another SDK
observeAnthropic(new OpenAI(), recorder);
// @ts-expect-error: no recorder
observeOpenAI(new OpenAI());
// @ts-expect-error: an option that is none
observeOpenAI(new OpenAI(), recorder, { vendor: 'openai' });
