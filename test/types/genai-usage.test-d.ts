/** Type tests: usage as the pack and the providers write it compiles, misspelled usage does not. Compiled, never run. */
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { type GenaiRecorder, usageOf } from 'otelier/packs/genai';

declare const recorder: GenaiRecorder;
declare const chunks: AsyncIterable<OpenAI.ChatCompletionChunk>;
declare const completion: OpenAI.ChatCompletion;
declare const response: OpenAI.Responses.Response;
declare const message: Anthropic.Message;
declare const parsed: Record<string, unknown>;
const call = recorder.begin({ provider: 'openai' });

call.end({ usage: { inputTokens: 1, outputTokens: 2, serviceTier: 'flex', toolUses: { web_search: 1 } } });
call.end({ usage: { prompt_tokens: 1, completion_tokens: 2 } });
call.end({ usage: { usageMetadata: { promptTokenCount: 1 } } });
call.end({ usage: completion });
call.end({ usage: completion.usage });
call.end({ usage: response });
call.end({ usage: response.usage });
call.end({ usage: message });
call.end({ usage: message.usage });
call.end({ usage: parsed });
call.end({ usage: usageOf(parsed) });
call.end({ usage: undefined });
recorder.observe(chunks, { provider: 'openai' }, { usage: (chunk) => chunk });
recorder.observe(chunks, { provider: 'openai' }, { usage: (chunk) => chunk.usage });

// @ts-expect-error: misspelled field
call.end({ usage: { inputToken: 1 } });
// @ts-expect-error: misspelled field beside a known one
call.end({ usage: { inputTokens: 1, outputToken: 2 } });
// @ts-expect-error: misspelled field of a provider
call.end({ usage: { prompt_token: 1 } });
// @ts-expect-error: not a number
call.end({ usage: { inputTokens: '1' } });
// @ts-expect-error: not an object
call.end({ usage: 7 });
// @ts-expect-error: misspelled field of a reading
recorder.observe(chunks, { provider: 'openai' }, { usage: () => ({ output_token: 1 }) });
