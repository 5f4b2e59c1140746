/** Writes to stderr without an effect on the application if the reader of the stream is gone. */

const ignore = () => {};
/** Number of writes whose error may still be emitted. */
let pending = 0;

/** Writes a line. An error of the stream, such as EPIPE, is ignored: as an unhandled event it would end the process. */
export function writeLine(line: string): void {
  const { stderr } = process;
  if (pending++ === 0) stderr.on('error', ignore);
  stderr.write(`${line}\n`, () => {
    // Node emits the error after this call.
    setImmediate(() => {
      if (--pending === 0) stderr.off('error', ignore);
    });
  });
}
