/** Flushes before the process ends by itself, by SIGTERM or by SIGINT. */

/** Signals and their numbers. */
const numbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGTERM: 15, SIGINT: 2 };

const signals = Object.keys(numbers) as NodeJS.Signals[];

/** First process of a container: Linux ignores its signals unless it listens for them. */
const firstPid = 1;

/** Actions at the end of the process. Promises settle by their own deadline and never reject. */
export interface ExitActions {
  /** Delivers pending data; recording continues. */
  flush(): Promise<unknown>;
  /** Delivers pending data when the process ends by itself unless the flush or a listener starts new work. */
  flushLast(): Promise<unknown>;
  /** Delivers pending data and stops. */
  shutdown(): Promise<unknown>;
  /**
   * Delivers without waiting what can be delivered so, and reports the rest. The process has begun to exit.
   *
   * @param isUncaught true if an uncaught error ends the process.
   */
  exit(isUncaught: boolean): void;
}

/**
 * Delivers pending data when the process is about to end. The process then ends as it would have without this handler.
 *
 * If only this handler listens for a signal, it shuts down and raises the signal again, so that the signal ends the
 * process; a second signal ends the process at once. If other handlers listen, they decide about the end and this handler
 * only flushes. It stops listening while the other handlers run, because some of them end the process only if they are the
 * only listener. It never changes the exit code.
 *
 * After `process.exit()` and an uncaught error nothing can be awaited: then `exit` is called.
 *
 * @returns a function that stops listening, except for an exit. It returns a function that stops listening for that, too.
 */
export function flushAtExit({ flush, flushLast, shutdown, exit }: ExitActions): () => () => void {
  const onBeforeExit = () => {
    // Removed first: the flush schedules work, after which Node emits the event again.
    process.off('beforeExit', onBeforeExit);
    void flushLast();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    process.off(signal, onSignal);
    if (process.listenerCount(signal) > 0) {
      void flush();
      setImmediate(() => {
        if (listening) process.prependListener(signal, onSignal);
      }).unref();
      return;
    }
    stop();
    void shutdown().then(() => endBy(signal));
  };
  let listening = true;
  const stop = () => {
    listening = false;
    process.off('beforeExit', onBeforeExit);
    for (const signal of signals) process.off(signal, onSignal);
    return () => {
      process.off('exit', onExit);
      process.off('uncaughtExceptionMonitor', onUncaught);
    };
  };
  let isUncaught = false;
  const onUncaught = () => {
    isUncaught = true;
    // If a handler of the application lets the process go on, a later exit has another cause.
    setImmediate(() => {
      isUncaught = false;
    }).unref();
  };
  const onExit = () => exit(isUncaught);
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onUncaught);
  process.on('beforeExit', onBeforeExit);
  // Prepended: a listener that the application added with `once` is no longer counted after it has run.
  for (const signal of signals) process.prependListener(signal, onSignal);
  return stop;
}

/** Ends the process by a signal; the first process of a container with the exit code that shells use for it. */
function endBy(signal: NodeJS.Signals): void {
  if (process.pid === firstPid) process.exit(128 + (numbers[signal] ?? 0));
  process.kill(process.pid, signal);
}
