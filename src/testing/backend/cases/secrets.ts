/** The case of secrets: they are sent, and occur in nothing else. */
import assert from 'node:assert/strict';
import type { PeerAnswer, PeerRequest } from '../peer.js';
import type { BackendSubject } from '../subject.js';
import { secret, withTrial } from '../trial.js';

/** An answer that repeats everything it was asked with, as some endpoints do with a key that they do not know. */
function echo(status: number, { method, path, headers }: PeerRequest): PeerAnswer {
  const words = Object.entries(headers).filter(
    ([name]) => !/^(?:host|connection|content-|user-agent|accept)/.test(name),
  );
  return { status, body: `${words.map(([, value]) => value).join(' ')} ${method} ${path}` };
}

/** Whether a text has the secret, also within base64, as HTTP's Basic authentication has it. */
function tells(text: string): boolean {
  const words = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
  return text.includes(secret) || words.some((word) => Buffer.from(word, 'base64').toString('latin1').includes(secret));
}

export const keepsSecrets = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, backend, peer, warnings, status } = trial;
    const said: unknown[] = [];
    const note = async () => {
      metrics.ordinary.counter.add(1, { lane: 'a' });
      said.push(await metrics.forceFlush(), status());
    };
    await backend.ready.catch((error: Error) => said.push(error.message, error.stack));
    await note();
    await trial.arrived();
    for (const answer of [401, 503]) {
      peer.behave((request) => echo(answer, request));
      await note();
    }
    await peer.stop();
    await note();
    said.push(await metrics.shutdown(), status(), metrics.settings, String(metrics.settings), warnings);
    const told = said.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).filter(tells);
    assert.deepEqual(told, [], 'what tells the secret');
  });
