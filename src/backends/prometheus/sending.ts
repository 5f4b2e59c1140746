/**
 * Sends answers to those who may read slowly, or not at all.
 *
 * Who asks at the same time shares one answer in memory; who does not read keeps it there. So only a few answers may be
 * under way, and when another one comes, whoever has not read for the longest is cut off.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/clock.js';

/** Different answers that may be under way at once; how many while everybody reads; from how many bytes on one counts. */
const mostAnswers = 8;
const mostWhileRead = 12;
const largeBytes = 65_536;
/** Who took something within this time reads. */
const patienceMs = 1_000;

/** One answer on its way to one client. */
interface Reading {
  readonly body: readonly Uint8Array[];
  /** When the client took something last. */
  readMs: number;
  cut(): void;
}

/** Sends the answers of one endpoint. */
export interface AnswerSender {
  /** Writes a body to a response; resolves to `true` when all was handed over, to `false` when the client left. */
  send(response: ServerResponse, body: readonly Uint8Array[]): Promise<boolean>;
  /** A body as fetch's objects have it. */
  stream(body: readonly Uint8Array[]): ReadableStream<Uint8Array>;
}

/** Makes what sends the answers of one endpoint. */
export function createSender(clock: Clock): AnswerSender {
  const underWay = new Set<Reading>();

  function begin(body: readonly Uint8Array[], cut: () => void): Reading {
    const reading = { body, readMs: clock.monotonicMs(), cut };
    if (body.reduce((bytes, { length }) => bytes + length, 0) >= largeBytes) {
      underWay.add(reading);
      makeRoom();
    }
    return reading;
  }

  function makeRoom(): void {
    // Small ones lie in the buffers of their sockets all the same.
    while (new Set([...underWay].map(({ body }) => body)).size > mostAnswers) {
      let slowest: Reading | undefined;
      for (const reading of underWay) if (slowest === undefined || reading.readMs < slowest.readMs) slowest = reading;
      if (slowest === undefined) return;
      if (underWay.size <= mostWhileRead && clock.monotonicMs() - slowest.readMs < patienceMs) return;
      underWay.delete(slowest);
      slowest.cut();
    }
  }

  async function send(response: ServerResponse, body: readonly Uint8Array[]): Promise<boolean> {
    const reading = begin(body, () => response.destroy());
    try {
      for (const part of body) {
        if (response.destroyed) return false;
        if (response.write(part)) continue;
        await drained(response);
        reading.readMs = clock.monotonicMs();
      }
      response.end();
      // What the socket has not sent yet is still in memory.
      if (!response.writableFinished && !response.destroyed) await finished(response);
      return response.writableFinished;
    } finally {
      underWay.delete(reading);
    }
  }

  function stream(body: readonly Uint8Array[]): ReadableStream<Uint8Array> {
    let next = 0;
    let reading: Reading;
    return new ReadableStream({
      start(controller) {
        reading = begin(body, () => controller.error(new Error('The answer was not read in time.')));
      },
      pull(controller) {
        reading.readMs = clock.monotonicMs();
        const part = body[next++];
        if (part !== undefined) controller.enqueue(part);
        else {
          underWay.delete(reading);
          controller.close();
        }
      },
      cancel() {
        underWay.delete(reading);
      },
    });
  }

  return { send, stream };
}

function drained(response: ServerResponse): Promise<void> {
  return either(response, 'drain');
}

function finished(response: ServerResponse): Promise<void> {
  return either(response, 'finish');
}

/** Until the event, or until the client left. */
function either(response: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off(event, done);
      response.off('close', done);
      resolve();
    };
    response.on(event, done);
    response.on('close', done);
  });
}
