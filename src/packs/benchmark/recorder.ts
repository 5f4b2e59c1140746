/** Recorder of the pack. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { OpenHandles } from '../kit/open-handles.js';
import { eventOf } from '../kit/refusal.js';
import type { Target } from './events.js';
import type { BenchmarkDefinitions } from './metrics.js';
import { isInvalidName, ModelNames } from './names.js';
import type { BenchmarkSettings } from './options.js';
import { Rates, type TargetAttributes } from './rates.js';
import { showReadings } from './readings.js';
import { BenchmarkRun, type RunContext } from './run.js';
import { RunState } from './run-state.js';

/** Begins runs. A run records everything else. */
export class BenchmarkRecorder {
  /** Instruments of the pack, for measurements that no verb covers. */
  readonly instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #context: RunContext;
  readonly #rates: Rates;
  readonly #begin: (target: Target) => BenchmarkRun;

  constructor(context: PackContext<BenchmarkDefinitions>, settings: BenchmarkSettings) {
    const { instruments, clock, guard } = context;
    const { names, slo, windowMs, abandonedAfterMs } = settings;
    this.instruments = instruments;
    showReadings(context);
    const open = new OpenHandles<RunState>(abandonedAfterMs);
    this.#context = { instruments, clock, guard, slo, names: new ModelNames(names), open, abandonedAfterMs };
    // Callbacks run before the counters of the same collection are read.
    instruments.throughput.addCallback(() => {
      const nowMs = clock.monotonicMs();
      open.sweep(nowMs);
      for (const run of open) run.sweepQueue(nowMs);
    });
    this.#rates = new Rates(context, windowMs, slo !== undefined);
    // A run with an unreadable target still records its samples.
    this.#begin = guard.verb(
      'begin',
      (target: Target) => this.#run(this.#attributesOf(target)),
      () => this.#run({ model_name: otherValue }),
    );
    context.onShutdown(() => {
      for (const run of open) run.end({ ok: false });
    });
  }

  /**
   * Begins a run, which is active and timed until it ends. Several runs may be active at once, also of the same model. A
   * run that is active when a shutdown begins ends as failed. A run whose handle is garbage-collected, or not used for
   * `abandonedAfterMs`, is counted as abandoned and no longer active. Never throws: an invalid or unreadable name is
   * counted, and recorded as `_OTHER`.
   */
  begin(target: Target): BenchmarkRun {
    return this.#begin(target);
  }

  #run(attributes: TargetAttributes): BenchmarkRun {
    const state = new RunState(this.#context, this.#rates.begin(attributes));
    // Each function of the guarded handle references the handle.
    const handle = this.#context.guard.handle('BenchmarkRun', new BenchmarkRun(this.#context, state));
    this.#context.open.add(state, handle);
    return handle;
  }

  /** @throws if the target cannot be read. */
  #attributesOf(target: Target): TargetAttributes {
    const { model, container, gpu } = eventOf(target);
    const attributes = this.#context.names.target(model, container, gpu);
    // A model is required: a missing model counts as an invalid name.
    const given = { model_name: model ?? {}, container_id: container, gpu_id: gpu };
    const invalid = Object.entries(given).filter(([, value]) => isInvalidName(value));
    // Adds 0 to the sum; its purpose is that the engine counts the invalid names.
    if (invalid.length > 0) this.instruments.activeRuns.add(0, { ...attributes, ...Object.fromEntries(invalid) });
    return attributes;
  }
}
