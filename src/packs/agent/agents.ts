/** Metrics of agent calls, and the cost, quality and success rate of each agent over the window. */
import type { InstrumentsOf, Observable } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { isAmount, refuse } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { Named } from '../kit/state-by-name.js';
import type { AgentCall, AgentSwitch, Tokens } from './events.js';
import { type AgentDefinitions, agentLimit } from './metrics.js';
import { costOf, type PriceTable, type TokenPrice } from './prices.js';

/** A value that is averaged over the window, per agent. */
type Aspect = 'cost' | 'quality' | 'success';
type AgentWindows = { readonly [A in Aspect]: SlidingWindow };

/** A call from untyped code, which may omit any field. */
type UncheckedCall = { readonly [K in keyof AgentCall]: AgentCall[K] | undefined };

/**
 * Records calls of agents and switches between them. A method throws if reading its argument throws; it reads the whole
 * argument before it records.
 */
export class Agents {
  /** Cost of all calls since the start. */
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

  /** Records a call. Returns its cost; `undefined` if the cost is unknown or invalid. */
  call(call: UncheckedCall): number | undefined {
    const { operation, latencyMs, ok, quality, tokens, costUsd } = call;
    const agent = call.agent as string;
    const instruments = this.#instruments;
    const attributes = { agent };
    const cost = costUsd === undefined ? this.#price(agent, tokens) : costUsd;
    this.tokens(agent, tokens);
    instruments.agentUsage.add(1, attributes);
    instruments.agentOutcomes.add(1, { agent, outcome: outcomeOf(ok) });
    instruments.agentLatency.record(latencyMs as number, attributes);
    if (cost !== undefined) instruments.apiCost.add(cost, { agent, operation: operation as string });

    const nowMs = this.#clock.monotonicMs();
    const windows = this.#windows.of(agent);
    if (typeof ok === 'boolean') windows.success.add(nowMs, 1, ok ? 1 : 0);
    if (isAmount(quality)) windows.quality.add(nowMs, 1, quality);
    // The score of a call is only in the window. The engine counts an invalid score as it counts that of a task.
    else if (quality !== undefined) refuse(instruments.qualityScore, quality);
    if (!isAmount(cost)) return undefined;
    windows.cost.add(nowMs, 1, cost);
    this.costUsd += cost;
    return cost;
  }

  /** Records input and output tokens separately, so that a negative count does not reduce the other one. */
  tokens(agent: string | undefined, tokens: Tokens | undefined): void {
    const attributes = { agent: agent as string };
    const { input, output } = partsOf(tokens);
    if (input !== undefined) this.#instruments.tokenUsage.add(input, attributes);
    if (output !== undefined) this.#instruments.tokenUsage.add(output, attributes);
  }

  /** Records a switch from one agent to another. */
  switched({ from, to, qualityImprovement, costRatio = this.#costRatio(from, to) }: AgentSwitch): void {
    const instruments = this.#instruments;
    const attributes = { from_agent: from, to_agent: to };
    instruments.agentSwitch.add(1, attributes);
    if (qualityImprovement !== undefined) instruments.agentSwitchQualityImprovement.record(qualityImprovement);
    if (costRatio !== undefined) instruments.agentCostRatio.set(costRatio, attributes);
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

/** Returns the value of attribute `outcome`. Returns a non-boolean unchanged, so that the engine counts it as invalid. */
export function outcomeOf(ok: boolean | undefined): 'ok' | 'failed' {
  if (typeof ok !== 'boolean') return ok as never;
  return ok ? 'ok' : 'failed';
}

/** Returns the value of attribute `result`. Returns a non-boolean unchanged, so that the engine counts it as invalid. */
export function resultOf(hit: boolean | undefined): 'hit' | 'miss' {
  if (typeof hit !== 'boolean') return hit as never;
  return hit ? 'hit' : 'miss';
}

/** Returns input and output tokens. A plain number counts as input. */
function partsOf(tokens: Tokens | undefined): Exclude<Tokens, number> | { input: number | undefined; output?: number } {
  return typeof tokens === 'object' && tokens !== null ? tokens : { input: tokens };
}
