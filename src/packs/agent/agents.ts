/** Agents of a platform: records their calls, switches and costs, and computes means over the window. */
import type { InstrumentOf, InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { amountOf, eventOf, isAmount, isCount, wholeOf, withinRange } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { StateByName } from '../kit/state-by-name.js';
import type { AgentCall, AgentSwitch, Tokens } from './events.js';
import { type AgentDefinitions, agentLimit } from './metrics.js';
import { type PriceTable, type TokenPrice, tokenCostOf } from './prices.js';

/** Highest score. */
const maxScore = 100;

/** Property of an agent whose mean is computed over the window. */
type WindowedProperty = 'cost' | 'quality' | 'success';
type AgentWindows = { readonly [P in WindowedProperty]: SlidingWindow };

/** A call as untyped code may pass it. */
type GivenCall = { readonly [K in keyof AgentCall]: AgentCall[K] | undefined };

/** Records calls and switches of agents. If reading an argument throws, its methods throw before they record anything. */
export class Agents {
  /** Total cost of all calls. */
  costUsd = 0;
  readonly #instruments: InstrumentsOf<AgentDefinitions>;
  readonly #clock: PackContext<AgentDefinitions>['clock'];
  readonly #windows: StateByName<AgentWindows>;
  readonly #prices: ReadonlyMap<unknown, TokenPrice>;

  constructor({ instruments, clock }: PackContext<AgentDefinitions>, windowMs: number, prices: PriceTable) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#prices = new Map(Object.entries(prices));
    const window = () => new SlidingWindow(windowMs, clock.monotonicMs());
    this.#windows = new StateByName(agentLimit, () => ({ cost: window(), quality: window(), success: window() }));
    this.#observe(instruments.agentQualityScore, 'quality', 1);
    this.#observe(instruments.agentCostPerCall, 'cost', 1);
    this.#observe(instruments.agentSuccessRate, 'success', 100);
  }

  /** Records a call and returns its cost, if known. */
  call(call: GivenCall): number | undefined {
    const { operation, latencyMs, ok, quality, tokens, costUsd } = eventOf(call);
    const agent = call.agent as string;
    const instruments = this.#instruments;
    const of = { agent };
    const cost = costUsd === undefined ? this.#price(agent, tokens) : amountOf(costUsd);
    const score = quality === undefined ? undefined : qualityOf(quality);
    this.tokens(agent, tokens);
    instruments.agentUsage.add(1, of);
    instruments.agentOutcomes.add(1, { agent, outcome: outcomeOf(ok) });
    instruments.agentLatency.record(amountOf(latencyMs), of);
    if (cost !== undefined) instruments.apiCost.add(cost, { agent, operation: operation as string });

    const nowMs = this.#clock.monotonicMs();
    const windows = this.#windows.of(agent);
    if (typeof ok === 'boolean') windows.success.add(nowMs, 1, ok ? 1 : 0);
    if (isAmount(score)) windows.quality.add(nowMs, 1, score);
    // No metric records the quality of a call. The engine counts an invalid one at the metric of tasks.
    else if (score !== undefined) instruments.qualityScore.record(score);
    if (!isAmount(cost)) return undefined;
    windows.cost.add(nowMs, 1, cost);
    this.costUsd += cost;
    return cost;
  }

  /** Records input and output tokens separately, so that a negative count does not reduce the other one. */
  tokens(agent: string | undefined, tokens: Tokens | undefined): void {
    const of = { agent: agent as string };
    const { input, output } = partsOf(tokens);
    if (input !== undefined) this.#instruments.tokenUsage.add(wholeOf(input), of);
    if (output !== undefined) this.#instruments.tokenUsage.add(wholeOf(output), of);
  }

  /** Records a switch from one agent to another. */
  switched(change: AgentSwitch): void {
    const { from, to, qualityImprovement, costRatio = this.#costRatio(from, to) } = eventOf(change);
    const instruments = this.#instruments;
    const pair = { from_agent: from, to_agent: to };
    instruments.agentSwitch.add(1, pair);
    if (qualityImprovement !== undefined) {
      instruments.agentSwitchQualityImprovement.record(improvementOf(qualityImprovement));
    }
    if (costRatio !== undefined) instruments.agentCostRatio.set(withinRange(costRatio), pair);
  }

  #price(agent: unknown, tokens: Tokens | undefined): number | undefined {
    const price = this.#prices.get(agent);
    if (price === undefined || typeof tokens !== 'object') return undefined;
    const { input, output } = partsOf(tokens);
    return isCount(input) || isCount(output) ? amountOf(tokenCostOf(price, input, output)) : undefined;
  }

  #costRatio(from: string, to: string): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#windows.known(from)?.cost.mean(nowMs) ?? 0;
    const after = this.#windows.known(to)?.cost.mean(nowMs);
    return before > 0 && after !== undefined ? after / before : undefined;
  }

  #observe(
    gauge: InstrumentOf<AgentDefinitions['agentQualityScore']>,
    property: WindowedProperty,
    scale: number,
  ): void {
    gauge.addCallback((observation) => {
      const nowMs = this.#clock.monotonicMs();
      for (const [agent, windows] of this.#windows) {
        const mean = windows[property].mean(nowMs);
        if (mean !== undefined) observation.observe(mean * scale, { agent });
      }
    });
  }
}

/** Returns a score up to 100; NaN for a higher one. */
export function qualityOf(quality: unknown): number {
  return amountOf(quality, maxScore);
}

/** Returns a difference of two scores unchanged, and NaN for any other value. */
function improvementOf(points: unknown): number {
  return typeof points === 'number' && Math.abs(points) <= maxScore ? points : Number.NaN;
}

/** Returns the value of `outcome`; passes a value that is not a boolean to the engine, which counts it. */
export function outcomeOf(ok: boolean | undefined): 'ok' | 'failed' {
  if (typeof ok !== 'boolean') return ok as never;
  return ok ? 'ok' : 'failed';
}

/** Returns the value of `result`, like `outcomeOf`. */
export function resultOf(hit: boolean | undefined): 'hit' | 'miss' {
  if (typeof hit !== 'boolean') return hit as never;
  return hit ? 'hit' : 'miss';
}

/** Splits tokens into input and output; a plain number becomes the input. */
function partsOf(tokens: Tokens | undefined): Exclude<Tokens, number> | { input: number | undefined; output?: number } {
  return typeof tokens === 'object' && tokens !== null ? tokens : { input: tokens };
}
