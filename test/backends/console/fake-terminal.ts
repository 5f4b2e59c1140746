/** A fake stdout, as a file or as a terminal that shows lines, and metrics that are printed on it. */
import type { RunningMetrics } from 'otelier';
import { afterEach } from 'vitest';
import { consoleKind } from '../../../src/backends/console/kind.js';
import { type Output, Screen } from '../../../src/backends/console/screen.js';
import { tableExporter } from '../../../src/backends/console/table-exporter.js';
import { openAccount } from '../../../src/delivery/account.js';
import type { BackendKind, ConfiguredBackend } from '../../../src/delivery/contract.js';
import type { ExportPreferences } from '../../../src/delivery/exporter.js';
import { PeriodicReader } from '../../../src/delivery/periodic-reader.js';
import { aggregationTemporalities, aggregationTypes } from '../../../src/model/instrument.js';
import type { OptionInput } from '../../../src/options/option.js';
import { FakeClock } from '../../support/clock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Output that keeps what is written. */
export class FakeOutput implements Output {
  readonly isTTY: boolean = false;
  written = '';
  failure: Error | undefined;

  get bytesWritten(): number {
    return Buffer.byteLength(this.written);
  }

  write(text: string, done?: (error?: Error | null) => void): boolean {
    if (this.failure === undefined) this.written += text;
    done?.(this.failure);
    return true;
  }

  once(): void {}
  off(): void {}
}

/** Output that is a terminal: it interprets the control sequences `CSI n A`, `CSI J` and styles, and wraps long lines. */
export class FakeTerminal extends FakeOutput {
  override readonly isTTY = true;
  columns: number | undefined = 80;
  rows: number | undefined = 40;

  /** Lines as the terminal shows them, without styles. */
  get shown(): string[] {
    const lines = [''];
    let row = 0;
    const tokens = this.written.replaceAll(String.fromCharCode(27), '\u2400').matchAll(/␀\[(\d*)([AJm])|\n|[^␀\n]+/g);
    for (const [token, count, control] of tokens) {
      if (control === 'A') row = Math.max(0, row - Number(count));
      else if (control === 'J') lines.splice(row, lines.length, '');
      else if (token === '\n') {
        row++;
        lines[row] ??= '';
      } else if (control === undefined) {
        lines[row] += token;
      }
    }
    return lines;
  }
}

/** Settings of `startConsole`. */
export interface ConsoleSettings {
  readonly output?: FakeOutput;
  readonly other?: FakeOutput;
  readonly environment?: Record<string, string>;
  readonly options?: OptionInput<typeof consoleKind.options>;
}

/** Options of `startMetrics` that `startConsole` sets. */
interface CommonOptions {
  readonly serviceName: string;
  readonly isolated: true;
  readonly environment: Record<string, string>;
  readonly clock: FakeClock;
  readonly backends: readonly [ConfiguredBackend<typeof consoleKind.options>];
  readonly withoutSelfMetrics: true;
}

/** Starts isolated metrics whose tables are printed to `output`. */
export function startConsole<M extends RunningMetrics>(
  start: (options: CommonOptions) => M,
  { output = new FakeOutput(), other = new FakeOutput(), environment = {}, options: input = {} }: ConsoleSettings = {},
) {
  const clock = new FakeClock();
  const kind: BackendKind<typeof consoleKind.options> = {
    ...consoleKind,
    start(options, context) {
      const account = openAccount({ ...context, where: () => 'stdout' });
      const preferences: ExportPreferences = {
        aggregation: () => ({ type: aggregationTypes.default }),
        temporality: () => aggregationTemporalities.cumulative,
      };
      const screen = new Screen({ output, other, environment, redraw: options.redraw });
      const exporter = tableExporter({ preferences, options, screen, account, clock, showsCollectors: false });
      const reader = new PeriodicReader(exporter, account, { clock, intervalMs: undefined, timeoutMs: 5_000 });
      return { name: context.name, reader, ready: Promise.resolve(), status: account.status };
    },
  };
  const metrics = start({
    serviceName: 'shop',
    isolated: true,
    environment: {},
    clock,
    backends: [{ kind, input }],
    withoutSelfMetrics: true,
  });
  stopping.push(() => metrics.shutdown());
  return {
    metrics,
    clock,
    output,
    /** Prints a table, `seconds` after the last one. Returns what was written. */
    async print(seconds = 10): Promise<string> {
      clock.advance(seconds * 1_000);
      const before = output.written.length;
      await metrics.forceFlush();
      return output.written.slice(before);
    },
  };
}
