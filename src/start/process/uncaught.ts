/** Errors that nothing catches: Node prints them and ends the process. */

/** Calls `log` about a failure unless the failure is an uncaught error: Node prints that, and two messages would be one too many. */
export function logUnlessUncaught(failure: unknown, log: () => void): void {
  let isPrinted = false;
  const onUncaught = (error: unknown) => {
    isPrinted ||= error === failure;
  };
  const settle = () => {
    clearImmediate(pending);
    process.off('uncaughtExceptionMonitor', onUncaught);
    process.off('exit', settle);
    if (!isPrinted) log();
  };
  process.on('uncaughtExceptionMonitor', onUncaught);
  // The application may end the process because of the failure.
  process.on('exit', settle);
  // By then Node has reported a rejection that nothing handles.
  const pending = setImmediate(settle);
}
