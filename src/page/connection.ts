/** Connection to the stream, which is opened again whenever it ends. */

/** Milliseconds before each further attempt. The last one repeats. */
const delays = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Milliseconds without a message after which the connection counts as dead. Updates come every second. */
const silence = 10_000;

/** State of a connection. `until` is the time of the next attempt, milliseconds since 1970-01-01 UTC. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly until: number };

/** Open or opening socket. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Callbacks of a socket. Nothing follows `onClose`. */
export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  onClose(): void;
}

/** Sockets and time. */
export interface ConnectionHost {
  open(events: SocketEvents): Socket;
  now(): number;
  setTimeout(action: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Receiver of a connection. */
export interface ConnectionEvents {
  onState(state: ConnectionState): void;
  /** A connection was opened: the subscription must be sent. */
  onOpen(): void;
  onMessage(message: unknown): void;
}

/** Connection that reconnects after 1 s, 2 s, and so on up to 15 s; the first message sets the delay back. */
export class Connection {
  readonly #host: ConnectionHost;
  readonly #events: ConnectionEvents;
  #socket: Socket | undefined;
  #isOpen = false;
  #attempts = 0;
  #timer: unknown;

  constructor(host: ConnectionHost, events: ConnectionEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** Connects now, unless a connection is open or being opened. */
  connect(): void {
    if (this.#socket !== undefined) return;
    this.#host.clearTimeout(this.#timer);
    this.#events.onState({ kind: 'connecting' });
    // Events of a socket that was given up are ignored.
    let socket: Socket | undefined;
    const isCurrent = () => this.#socket === socket;
    socket = this.#socket = this.#host.open({
      onOpen: () => {
        if (!isCurrent()) return;
        this.#isOpen = true;
        this.#events.onState({ kind: 'live' });
        this.#events.onOpen();
      },
      onText: (text) => isCurrent() && this.#receive(text),
      onClose: () => isCurrent() && this.#retry(),
    });
    this.#watch();
  }

  /** Sends a message; ignored while no connection is open, because `onOpen` follows. */
  send(message: unknown): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    this.#attempts = 0;
    this.#watch();
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    this.#events.onMessage(message);
  }

  /** Gives the connection up after a silence: a peer that vanished closes nothing. */
  #watch(): void {
    this.#host.clearTimeout(this.#timer);
    this.#timer = this.#host.setTimeout(() => {
      const socket = this.#socket;
      this.#retry();
      socket?.close();
    }, silence);
  }

  #retry(): void {
    this.#socket = undefined;
    this.#isOpen = false;
    this.#host.clearTimeout(this.#timer);
    const delay = delays[Math.min(this.#attempts, delays.length - 1)] as number;
    this.#attempts += 1;
    this.#timer = this.#host.setTimeout(() => this.connect(), delay);
    this.#events.onState({ kind: 'waiting', until: this.#host.now() + delay });
  }
}
