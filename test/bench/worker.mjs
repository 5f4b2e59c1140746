/** A process that measures, and answers one question at a time. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a file beside this one.
 *
 * @param called how it is called when it ends before its time.
 */
export function startWorker(file, args, called, options = {}) {
  const worker = fork(fileURLToPath(new URL(file, import.meta.url)), args, options);
  let stopped = false;
  return {
    /** Without a question, waits until it is ready for one. */
    ask(question) {
      return new Promise((resolve, reject) => {
        const settle = (done) => {
          worker.off('message', onMessage);
          worker.off('exit', onExit);
          done();
        };
        const onMessage = ({ value, error }) => settle(() => (error ? reject(new Error(error)) : resolve(value)));
        const onExit = (code) => settle(() => reject(new Error(`${called} ended with ${code}.`)));
        worker.on('message', onMessage);
        worker.on('exit', onExit);
        if (question !== undefined) worker.send(question);
      });
    },
    stop() {
      if (!stopped) worker.kill();
      stopped = true;
    },
  };
}
