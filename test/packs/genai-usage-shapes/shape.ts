/** Usage as a provider or a server reports it, with the source of the format and the tokens that it stands for. */
import type { TokenUsage } from 'otelier/packs/genai';

export interface Shape {
  readonly name: string;
  /** Documentation page, repository file, or issue that shows the format. */
  readonly source: string;
  readonly reported: unknown;
  readonly tokens: TokenUsage;
}

/** Totals that most shapes report. */
export const plain = { inputTokens: 1_000, outputTokens: 200 };
