/**
 * Writes response bodies to clients and bounds the memory that slow clients hold.
 *
 * Concurrent scrapes share one body. A client that does not read keeps its body in memory. When too many large bodies are
 * in transfer, the transfer without progress for the longest time is aborted.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/clock.js';

/** Number of different large bodies in transfer above which slow transfers are aborted. */
const maxBodies = 8;
/** Number of transfers up to which transfers that make progress are not aborted. */
const maxTransfers = 12;
/** Size from which a body counts as large; smaller ones fit into socket buffers. */
const largeBytes = 65_536;
/** Time since the last progress after which a transfer counts as stalled. */
const stalledMs = 1_000;

/** One large body on its way to one client. */
interface Transfer {
  readonly body: readonly Uint8Array[];
  /** When the client last accepted data. */
  progressMs: number;
  abort(): void;
}

/** Writes the responses of one endpoint. */
export interface ResponseWriter {
  /** Writes a body; resolves to `true` when all of it was handed over, to `false` when the client disconnected. */
  write(response: ServerResponse, body: readonly Uint8Array[]): Promise<boolean>;
  /** Returns a body as a stream for a fetch `Response`. */
  stream(body: readonly Uint8Array[]): ReadableStream<Uint8Array>;
}

/** Creates the writer of one endpoint. */
export function createResponseWriter(clock: Clock): ResponseWriter {
  const transfers = new Set<Transfer>();

  function begin(body: readonly Uint8Array[], abort: () => void): Transfer {
    const transfer = { body, progressMs: clock.monotonicMs(), abort };
    if (body.reduce((bytes, { length }) => bytes + length, 0) >= largeBytes) {
      transfers.add(transfer);
      abortSlowest();
    }
    return transfer;
  }

  /** Aborts the slowest transfers until the number of bodies is within its limit. */
  function abortSlowest(): void {
    while (new Set([...transfers].map(({ body }) => body)).size > maxBodies) {
      let slowest: Transfer | undefined;
      for (const transfer of transfers) {
        if (slowest === undefined || transfer.progressMs < slowest.progressMs) slowest = transfer;
      }
      if (slowest === undefined) return;
      if (transfers.size <= maxTransfers && clock.monotonicMs() - slowest.progressMs < stalledMs) return;
      transfers.delete(slowest);
      slowest.abort();
    }
  }

  async function write(response: ServerResponse, body: readonly Uint8Array[]): Promise<boolean> {
    const transfer = begin(body, () => response.destroy());
    try {
      for (const part of body) {
        if (response.destroyed) return false;
        if (response.write(part)) continue;
        await eventOrClose(response, 'drain');
        transfer.progressMs = clock.monotonicMs();
      }
      response.end();
      // Data that the socket has not sent yet is still in memory.
      if (!response.writableFinished && !response.destroyed) await eventOrClose(response, 'finish');
      return response.writableFinished;
    } finally {
      transfers.delete(transfer);
    }
  }

  function stream(body: readonly Uint8Array[]): ReadableStream<Uint8Array> {
    let next = 0;
    let transfer: Transfer;
    return new ReadableStream({
      start(controller) {
        const reason =
          'prometheus: response aborted: the client reads too slowly while other responses wait for memory';
        transfer = begin(body, () => controller.error(new Error(reason)));
      },
      pull(controller) {
        transfer.progressMs = clock.monotonicMs();
        const part = body[next++];
        if (part !== undefined) controller.enqueue(part);
        else {
          transfers.delete(transfer);
          controller.close();
        }
      },
      cancel() {
        transfers.delete(transfer);
      },
    });
  }

  return { write, stream };
}

/** Resolves on the event, or when the client disconnects. */
function eventOrClose(response: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
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
