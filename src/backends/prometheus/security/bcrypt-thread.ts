/**
 * Verifies bcrypt hashes in a worker thread.
 *
 * bcrypt in JavaScript blocks its thread for up to 100 ms at a time. On the main thread, a client that sends wrong
 * passwords could block the application.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Source text instead of a file: a file would have to be resolved from the sources, the build and a bundle alike. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { compareSync } = require(workerData.library);
  parentPort.postMessage(compareSync(workerData.password, workerData.hash));
`;

/**
 * Reports whether `hash` is the bcrypt hash of `password`.
 *
 * Each call starts a thread, which takes about as long as the hash. A wrong password and an unknown user cost the same.
 */
export function compareInThread(password: string, hash: string): Promise<boolean> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Promise((resolve, reject) => {
    const workerData = { library: require.resolve('bcryptjs'), password, hash };
    let worker: InstanceType<typeof Worker>;
    try {
      // Without the application's arguments and variables, the thread does not preload modules such as this package.
      worker = new Worker(program, { eval: true, workerData, env: {}, execArgv: [], name: 'otelier-bcrypt' });
    } catch {
      // The process may not start threads: computes the hash on this thread.
      const { compare } = require('bcryptjs') as typeof import('bcryptjs');
      compare(password, hash).then(resolve, reject);
      return;
    }
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new Error('prometheus: the bcrypt thread exited before it had verified the password')),
    );
    // Last, because adding a message listener references the worker again.
    worker.unref();
  });
}
