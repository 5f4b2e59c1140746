/** The way in to the metrics of a benchmark. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { orRefused } from '../kit/refusal.js';
import type { Target } from './events.js';
import type { BenchmarkDefinitions } from './metrics.js';
import { isNoName, Names } from './names.js';
import type { BenchmarkSettings } from './options.js';
import { Rates, type TargetLabels } from './rates.js';
import { BenchmarkRun, type RunContext } from './run.js';

/** Begins runs, through which everything else is recorded. */
export class BenchmarkRecorder {
  /** The metrics themselves, for what no verb covers. */
  readonly instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #context: RunContext;
  readonly #rates: Rates;

  constructor(context: PackContext<BenchmarkDefinitions>, { names, slo, windowMs }: BenchmarkSettings) {
    const { instruments, clock } = context;
    this.instruments = instruments;
    const open = new Set<BenchmarkRun>();
    this.#context = { instruments, clock, slo, names: new Names(names), open };
    this.#rates = new Rates(context, windowMs, slo !== undefined);
    context.onShutdown(() => {
      for (const run of open) run.end({ ok: false });
    });
  }

  /**
   * Begins a run: it is active and timed until it is ended. Several may go on at once, of the same model, too. One that
   * is not ended when a shutdown begins ends there, as one that failed. Never throws: what is no name is counted, and
   * the run is one of `_OTHER`.
   */
  begin(target: Target): BenchmarkRun {
    return new BenchmarkRun(this.#context, this.#rates.begin(this.#labelsOf(target)));
  }

  #labelsOf(target: Target): TargetLabels {
    const { activeRuns, runDuration } = this.instruments;
    let labels: TargetLabels = { model_name: otherValue };
    orRefused(runDuration, () => {
      const { model, container, gpu } = target;
      labels = this.#context.names.target(model, container, gpu);
      // A run is of some model: one that is not given is no name.
      const given = { model_name: model ?? {}, container_id: container, gpu_id: gpu };
      const wrong = Object.entries(given).filter(([, value]) => isNoName(value));
      // Adds nothing, and lets the engine count what is no name.
      if (wrong.length > 0) activeRuns.add(0, { ...labels, ...Object.fromEntries(wrong) });
    });
    return labels;
  }
}
