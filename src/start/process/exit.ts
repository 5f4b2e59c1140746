/** The last flush: before the process ends by itself, by SIGTERM or by SIGINT. */

const signals = ['SIGTERM', 'SIGINT'] as const;

/** What to do at the end; both settle by their own deadline and never reject. */
export interface LastActs {
  /** Delivers what there is; recording goes on. */
  flush(): Promise<unknown>;
  /** Delivers what there is and stops. */
  shutdown(): Promise<unknown>;
}

/**
 * Delivers what there is when the process is about to end, and lets it end as it would have.
 *
 * A signal that only this package listens to shuts down and is raised again, so that the process ends by it; a second
 * one ends it at once. Where others listen too, the end is theirs and this only flushes; while they are told it does
 * not listen, because some of them end the process only when nobody else does. The exit code is never touched.
 *
 * @returns stops listening.
 */
export function flushAtExit({ flush, shutdown }: LastActs): () => void {
  const onBeforeExit = () => {
    // Once: the flush itself gives the event loop something to do, after which the event comes again.
    process.off('beforeExit', onBeforeExit);
    void flush();
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
    void shutdown().then(() => process.kill(process.pid, signal));
  };
  let listening = true;
  const stop = () => {
    listening = false;
    process.off('beforeExit', onBeforeExit);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('beforeExit', onBeforeExit);
  // First in line: a listener of the application that was added with `once` is gone from the count after its turn.
  for (const signal of signals) process.prependListener(signal, onSignal);
  return stop;
}
