/**
 * Runs the server and sends load to it: `npm run demo`, or `npm run demo -- --for 10` to stop after ten seconds.
 *
 * Shows one line of progress, and a summary at the end, both made from `metrics.summary()`.
 */
import { readArguments } from './arguments.ts';
import { avoidUsedPorts } from './free-ports.ts';

const seconds = readArguments();
if (seconds !== undefined) {
  await avoidUsedPorts();
  // Metrics start when their module is loaded.
  const { drive } = await import('./drive.ts');
  await drive(seconds);
}
