/** Checks that secrets occur in requests only. */
import { expectEqual } from '../expect-equal.js';
import type { PeerAnswer, PeerRequest } from '../peer.js';
import type { BackendSubject } from '../subject.js';
import { secret, withTrial } from '../trial.js';

/** Returns an answer that repeats the request, as some endpoints do with an unknown key. */
function echo(status: number, { method, path, headers }: PeerRequest): PeerAnswer {
  const repeated = Object.entries(headers).filter(
    ([name]) => !/^(?:host|connection|content-|user-agent|accept)/.test(name),
  );
  return { status, body: `${repeated.map(([, value]) => value).join(' ')} ${method} ${path}` };
}

/** Reports whether a text contains the secret, plain or Base64-encoded as in HTTP basic authentication. */
function contains(text: string): boolean {
  const words = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
  return text.includes(secret) || words.some((word) => Buffer.from(word, 'base64').toString('latin1').includes(secret));
}

export const revealsNoSecret = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, backend, peer, warnings, status } = trial;
    const outputs: unknown[] = [];
    const recordAndFlush = async () => {
      metrics.ordinary.counter.add(1, { lane: 'a' });
      outputs.push(await metrics.forceFlush(), status());
    };
    await backend.ready.catch((error: Error) => outputs.push(error.message, error.stack));
    await recordAndFlush();
    await trial.arrived();
    for (const answer of [401, 503]) {
      peer.behave((request) => echo(answer, request));
      await recordAndFlush();
    }
    await peer.stop();
    await recordAndFlush();
    outputs.push(await metrics.shutdown(), status(), metrics.settings, String(metrics.settings), warnings);
    const texts = outputs.map((output) => (typeof output === 'string' ? output : JSON.stringify(output)));
    expectEqual(texts.filter(contains), [], 'outputs that contain the secret');
  });
