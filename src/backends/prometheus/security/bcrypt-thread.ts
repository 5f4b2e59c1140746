/**
 * Verifies bcrypt hashes in a thread of its own.
 *
 * bcrypt in JavaScript computes for up to 100 ms at a stretch. On the application's thread, whoever sends wrong
 * passwords would stop the application for as long as they go on.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** As text, because a file would have to be found from the sources, the build, and a bundle. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { compareSync } = require(workerData.library);
  parentPort.postMessage(compareSync(workerData.password, workerData.hash));
`;

/**
 * Whether `password` is the one that the bcrypt hash was made of.
 *
 * Starts a thread for each call, which costs about as much as the hash; so does a wrong password and an unknown user.
 */
export function compareInThread(password: string, hash: string): Promise<boolean> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Promise((resolve, reject) => {
    const workerData = { library: require.resolve('bcryptjs'), password, hash };
    let worker: InstanceType<typeof Worker>;
    try {
      // Without the application's arguments and variables nothing is preloaded, such as this package itself.
      worker = new Worker(program, { eval: true, workerData, env: {}, execArgv: [], name: 'otelier-bcrypt' });
    } catch {
      // Where the process may not start threads, the hash is computed here.
      const { compare } = require('bcryptjs') as typeof import('bcryptjs');
      compare(password, hash).then(resolve, reject);
      return;
    }
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread ended before the password was verified')));
    // Last, because to listen for messages holds the process again.
    worker.unref();
  });
}
