interface Metrics {
  readonly ready: Promise<unknown>;
  status(): { readonly backends: readonly { readonly url?: string }[] };
  shutdown(): Promise<unknown>;
}

export function report(
  metrics: Metrics,
  recorded?: Record<string, number>,
): Promise<{ recorded: Record<string, number>; scraped: Record<string, number> }>;
