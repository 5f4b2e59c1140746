/** The clients of a server of live metrics: their number, and the check that each of them still reads. */

/** Client, as this list sees it. */
export interface WatchingClient {
  /** Sends a sign of life; closes the connection if the client did not answer the last, or reads nothing. */
  check(): void;
  /** Closes the connection with a code of WebSocket. Resolves when it has closed. */
  close(code: number, reason: string): Promise<void>;
}

/**
 * Holds the clients. The timer runs only while there are clients, and does not keep the process alive. At the exit of the
 * process, the connections are closed as in a shutdown.
 */
export class WatchingClients {
  readonly #max: number;
  readonly #checkMs: number;
  readonly #clients = new Set<WatchingClient>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Connections that are being opened. */
  #reserved = 0;
  readonly #onExit = () => void this.close();

  /** @param checkMs milliseconds between two checks of a client. */
  constructor(max: number, checkMs: number) {
    this.#max = max;
    this.#checkMs = checkMs;
  }

  /** True while another client can connect. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#clients.size + this.#reserved < this.#max;
  }

  /** Counts a client while `work` runs. */
  async reserve<T>(work: () => Promise<T>): Promise<T> {
    this.#reserved++;
    try {
      return await work();
    } finally {
      this.#reserved--;
    }
  }

  add(client: WatchingClient): void {
    if (this.#clients.size === 0) process.on('exit', this.#onExit);
    this.#clients.add(client);
    this.#timer ??= setInterval(() => {
      for (const each of this.#clients) each.check();
    }, this.#checkMs).unref();
  }

  remove(client: WatchingClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    process.off('exit', this.#onExit);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Closes all connections with 1001. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#clients].map((client) => client.close(1001, 'shutting down')));
  }
}
