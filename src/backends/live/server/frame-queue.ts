/** Queue of frames for one client: bounded, and without updates that a later update makes superfluous. */

/** Connection to a client. */
export interface Connection {
  /** Sends a part of a frame. `sent` is called when the connection can take more; not after it has closed. */
  send(part: Buffer, isLast: boolean, sent: () => void): void;
  /** Closes with a code of WebSocket (RFC 6455, section 7.4.1). */
  close(code: number, reason: string): void;
}

/** Bytes that one client may wait for. */
export const maxBufferedBytes = 1_048_576;
/** Bytes that are handed to a connection at once: a connection with TLS copies them. */
const maxPartBytes = 262_144;

/** Code for a client that is too slow: "try again later". */
export const tooSlow = 1013;

/** Frames on their way to one client, in their order. Frames are shared between clients and never copied. */
export class FrameQueue {
  readonly #connection: Connection;
  readonly #waiting: { readonly frame: Buffer; readonly isState: boolean }[] = [];
  /** Bytes of the waiting frames, and of the frame in transfer that the connection has not taken. */
  #bytes = 0;
  #isSending = false;
  #isClosed = false;
  /** True if the connection took a part since the last call of `isStalled`. */
  #progressed = true;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Bytes that wait for the connection. */
  get bufferedBytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a frame once the earlier frames are sent. An update replaces the update that waits; an update that does not fit
   * is skipped. A frame that must not be skipped and does not fit closes the connection with 1013.
   *
   * A frame of any size fits if nothing else waits.
   */
  readonly offer = (frame: Buffer, isState: boolean): void => {
    if (this.#isClosed) return;
    if (!isState) this.#discardUpdate();
    if (this.#bytes > 0 && this.#bytes + frame.length > maxBufferedBytes) {
      if (isState) this.#connection.close(tooSlow, 'too slow');
      return;
    }
    this.#bytes += frame.length;
    this.#waiting.push({ frame, isState });
    if (!this.#isSending) this.#sendNext();
  };

  /** Reports whether the connection took nothing since the last call, although frames wait. */
  isStalled(): boolean {
    const stalled = this.#isSending && !this.#progressed;
    this.#progressed = false;
    return stalled;
  }

  /** Discards all frames. */
  end(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
  }

  #discardUpdate(): void {
    const index = this.#waiting.findIndex(({ isState }) => !isState);
    if (index === -1) return;
    this.#bytes -= this.#waiting[index]?.frame.length ?? 0;
    this.#waiting.splice(index, 1);
  }

  #sendNext(): void {
    const next = this.#waiting.shift();
    this.#isSending = next !== undefined;
    if (next !== undefined) this.#sendFrom(next.frame, 0);
  }

  #sendFrom(frame: Buffer, start: number): void {
    const end = Math.min(frame.length, start + maxPartBytes);
    const isLast = end === frame.length;
    this.#connection.send(start === 0 && isLast ? frame : frame.subarray(start, end), isLast, () => {
      if (this.#isClosed) return;
      this.#progressed = true;
      this.#bytes -= end - start;
      if (isLast) this.#sendNext();
      else this.#sendFrom(frame, end);
    });
  }
}
