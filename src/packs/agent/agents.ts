/** The agents of a platform: their calls, what these cost, and how they do, over the window. */
import type { InstrumentsOf, Observable } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { isAmount, refuse } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { Named } from '../kit/state-by-name.js';
import type { AgentCall, AgentSwitch, Tokens } from './events.js';
import { type AgentDefinitions, agentLimit } from './metrics.js';
import { costOf, type PriceTable, type TokenPrice } from './prices.js';

/** What a window says of an agent. */
type Aspect = 'cost' | 'quality' | 'success';
type AgentWindows = { readonly [A in Aspect]: SlidingWindow };

/** A call as it is given, also by code without types. */
type GivenCall = { readonly [K in keyof AgentCall]: AgentCall[K] | undefined };

/** Records what agents do. Its methods throw what reading their arguments throws, before anything is recorded. */
export class Agents {
  /** What all calls cost. */
  costUsd = 0;
  readonly #instruments: InstrumentsOf<AgentDefinitions>;
  readonly #clock: PackContext<AgentDefinitions>['clock'];
  readonly #windows: Named<AgentWindows>;
  readonly #prices: ReadonlyMap<unknown, TokenPrice>;

  constructor({ instruments, clock }: PackContext<AgentDefinitions>, windowMs: number, prices: PriceTable) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#prices = new Map(Object.entries(prices));
    const window = () => new SlidingWindow(windowMs, clock.monotonicMs());
    this.#windows = new Named(agentLimit, () => ({ cost: window(), quality: window(), success: window() }));
    this.#observe(instruments.agentQualityScore, 'quality', 1);
    this.#observe(instruments.agentCostPerCall, 'cost', 1);
    this.#observe(instruments.agentSuccessRate, 'success', 100);
  }

  /** Records a call. Returns what it cost, when that is known. */
  call(call: GivenCall): number | undefined {
    const { operation, latencyMs, ok, quality, tokens, costUsd } = call;
    const agent = call.agent as string;
    const instruments = this.#instruments;
    const of = { agent };
    const cost = costUsd === undefined ? this.#price(agent, tokens) : costUsd;
    this.tokens(agent, tokens);
    instruments.agentUsage.add(1, of);
    instruments.agentOutcomes.add(1, { agent, outcome: outcomeOf(ok) });
    instruments.agentLatency.record(latencyMs as number, of);
    if (cost !== undefined) instruments.apiCost.add(cost, { agent, operation: operation as string });

    const nowMs = this.#clock.monotonicMs();
    const windows = this.#windows.of(agent);
    if (typeof ok === 'boolean') windows.success.add(nowMs, 1, ok ? 1 : 0);
    if (isAmount(quality)) windows.quality.add(nowMs, 1, quality);
    // A score that is none is refused and counted by the engine, as that of a task would be.
    else if (quality !== undefined) refuse(instruments.qualityScore, quality);
    if (!isAmount(cost)) return undefined;
    windows.cost.add(nowMs, 1, cost);
    this.costUsd += cost;
    return cost;
  }

  /** Records tokens, each part by itself: a negative one is refused and does not make the other smaller. */
  tokens(agent: string | undefined, tokens: Tokens | undefined): void {
    const of = { agent: agent as string };
    const { input, output } = partsOf(tokens);
    if (input !== undefined) this.#instruments.tokenUsage.add(input, of);
    if (output !== undefined) this.#instruments.tokenUsage.add(output, of);
  }

  /** Records that an agent took over from another. */
  switched({ from, to, qualityImprovement, costRatio = this.#costRatio(from, to) }: AgentSwitch): void {
    const instruments = this.#instruments;
    const pair = { from_agent: from, to_agent: to };
    instruments.agentSwitch.add(1, pair);
    if (qualityImprovement !== undefined) instruments.agentSwitchQualityImprovement.record(qualityImprovement);
    if (costRatio !== undefined) instruments.agentCostRatio.set(costRatio, pair);
  }

  #price(agent: unknown, tokens: Tokens | undefined): number | undefined {
    const price = this.#prices.get(agent);
    if (price === undefined || typeof tokens !== 'object') return undefined;
    const { input, output } = partsOf(tokens);
    return isAmount(input) || isAmount(output) ? costOf(price, input, output) : undefined;
  }

  #costRatio(from: string, to: string): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#windows.known(from)?.cost.mean(nowMs) ?? 0;
    const after = this.#windows.known(to)?.cost.mean(nowMs);
    return before > 0 && after !== undefined ? after / before : undefined;
  }

  #observe(
    gauge: Observable<AgentDefinitions['agentQualityScore']['attributes']>,
    aspect: Aspect,
    scale: number,
  ): void {
    gauge.addCallback((observation) => {
      const nowMs = this.#clock.monotonicMs();
      for (const [agent, windows] of this.#windows) {
        const mean = windows[aspect].mean(nowMs);
        if (mean !== undefined) observation.observe(mean * scale, { agent });
      }
    });
  }
}

/** The value of `outcome`; what is neither true nor false is left to the engine, which counts it. */
export function outcomeOf(ok: boolean | undefined): 'ok' | 'failed' {
  if (typeof ok !== 'boolean') return ok as never;
  return ok ? 'ok' : 'failed';
}

/** The value of `result`, as `outcomeOf`. */
export function resultOf(hit: boolean | undefined): 'hit' | 'miss' {
  if (typeof hit !== 'boolean') return hit as never;
  return hit ? 'hit' : 'miss';
}

/** A plain number is all there is. */
function partsOf(tokens: Tokens | undefined): Exclude<Tokens, number> | { input: number | undefined; output?: number } {
  return typeof tokens === 'object' && tokens !== null ? tokens : { input: tokens };
}
