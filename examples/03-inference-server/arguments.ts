/** Reads the arguments of the demo. */
import { parseArgs } from 'node:util';

const maximumSeconds = 86_400;
const usage = `Usage: npm run demo [-- --for SECONDS]

Runs the server of example 03 and sends requests to it until Ctrl-C is pressed, or for SECONDS.`;

/** Returns the seconds to run for, or `undefined` after printing the usage or what is invalid. */
export function readArguments(): number | 'endless' | undefined {
  try {
    const { values } = parseArgs({ options: { for: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
    if (values.help) {
      console.log(usage);
      return undefined;
    }
    if (values.for === undefined) return 'endless';
    const seconds = Number(values.for);
    if (seconds > 0 && seconds <= maximumSeconds) return seconds;
    console.error(`--for ${values.for}: expected seconds above 0, at most ${maximumSeconds}.`);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
  }
  process.exitCode = 1;
  return undefined;
}
