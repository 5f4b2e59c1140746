/** Sends a question to one provider and records the request in the metrics of that provider. */
import type { Provider, RequestTiming } from 'otelier/packs/gateway';
import type { Upstream } from './upstream.ts';

/** Question of a client. */
export interface Question {
  readonly model: string;
  readonly prompt: string;
}

/** Result of one attempt. */
export interface Completion {
  readonly timing: RequestTiming;
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Absent if the provider answered. */
  readonly errorCode?: string;
}

interface StreamedMessage {
  readonly token?: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** Asks a provider and passes each token to `write`. Never rejects: the result contains the error code of a failure. */
export async function complete(
  upstream: Upstream,
  provider: Provider,
  question: Question,
  write: (token: string) => void,
): Promise<Completion> {
  const request = provider.begin();
  const body = JSON.stringify(question);
  const usage = { inputTokens: 0, outputTokens: 0 };
  let text = '';
  let bytesOut = 0;
  let errorCode: string | undefined;
  try {
    const response = await fetch(upstream.url, { method: 'POST', body });
    if (!response.ok || response.body === null) throw new ProviderError(String(response.status));
    let rest = '';
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      request.firstByte();
      bytesOut += Buffer.byteLength(part);
      const messages = `${rest}${part}`.split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages.filter((line) => line !== 'data: [DONE]')) {
        const { token = '', usage: reported } = JSON.parse(message.slice('data: '.length)) as StreamedMessage;
        if (token !== '') write(token);
        text += token;
        Object.assign(usage, reported);
      }
    }
  } catch (error) {
    errorCode = error instanceof ProviderError ? error.message : 'unreachable';
  }
  const failure = errorCode === undefined ? {} : { errorCode };
  const { outputTokens } = usage;
  const timing = request.end({ bytesIn: Buffer.byteLength(body), bytesOut, outputTokens, streaming: true, ...failure });
  return { timing, text, ...usage, ...failure };
}

/** Response of a provider with an error status, which is the message. */
class ProviderError extends Error {}
