/**
 * Verifies bcrypt hashes in a worker thread.
 *
 * bcrypt in JavaScript blocks its thread for up to 100 ms at a time. On the main thread, a client that sends wrong
 * passwords could block the application.
 */
/// <reference path="./source-text.d.ts" />
import bcrypt from 'bcryptjs?source';

/** Source text instead of a file, so that the thread needs no file: a bundle may be all that the application has. */
const program = `${bcrypt}
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.postMessage(module.exports.compareSync(workerData.password, workerData.hash));
`;

/**
 * Reports whether `hash` is the bcrypt hash of `password`.
 *
 * Each call starts a thread, which takes about as long as the hash. A wrong password and an unknown user cost the same.
 */
export function compareInThread(password: string, hash: string): Promise<boolean> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Promise((resolve, reject) => {
    const workerData = { password, hash };
    let worker: InstanceType<typeof Worker>;
    try {
      // Without the application's arguments and variables, the thread does not preload modules such as this package.
      worker = new Worker(program, { eval: true, workerData, env: {}, execArgv: [], name: 'otelier-bcrypt' });
    } catch {
      // The process may not start threads: computes the hash on this thread.
      compareHere(password, hash).then(resolve, reject);
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

/** Computes the hash on this thread, from the same text. */
async function compareHere(password: string, hash: string): Promise<boolean> {
  const module = { exports: {} as { compare(password: string, hash: string): Promise<boolean> } };
  const { compileFunction } = process.getBuiltinModule('node:vm');
  compileFunction(bcrypt, ['module', 'exports', 'require'])(module, module.exports, process.getBuiltinModule);
  return module.exports.compare(password, hash);
}
