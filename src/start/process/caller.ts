/** Finds the code that called a function, for messages that name the cause. */

/** Position in the source code of a call. */
export interface Caller {
  /** First line of the stack trace: function and position. */
  readonly frame: string;
  /** File and line, such as `/app/server.js:12`. */
  readonly position: string;
}

/** Returns the caller of `callee`, which must be running; `undefined` if the runtime provides no stack trace. */
export function callerOf(callee: (...args: never[]) => unknown): Caller | undefined {
  const trace: { stack?: unknown } = {};
  Error.captureStackTrace?.(trace, callee);
  if (typeof trace.stack !== 'string') return undefined;
  const [, frame, file, line] = /^\s+at ((?:.*\()?(?:file:\/\/)?(.+?):(\d+):\d+\)?)$/m.exec(trace.stack) ?? [];
  return frame === undefined ? undefined : { frame, position: `${file}:${line}` };
}
