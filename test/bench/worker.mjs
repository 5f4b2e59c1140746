/** Starts processes that measure and answer one question at a time. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a file of this folder.
 *
 * @param name name of the process in errors.
 */
export function startWorker(file, args, name, options = {}) {
  const worker = fork(fileURLToPath(new URL(file, import.meta.url)), args, options);
  let stopped = false;
  return {
    /** Asks a question. Without one, waits until the process is ready. */
    ask(question) {
      return new Promise((resolve, reject) => {
        const settle = (done) => {
          worker.off('message', onMessage);
          worker.off('exit', onExit);
          done();
        };
        const onMessage = ({ value, error }) => settle(() => (error ? reject(new Error(error)) : resolve(value)));
        const onExit = (code) => settle(() => reject(new Error(`${name} ended with ${code}`)));
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
