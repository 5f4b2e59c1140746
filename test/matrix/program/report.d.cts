export function report(metrics: {
  readonly ready: Promise<unknown>;
  status(): { readonly backends: readonly { readonly url?: string }[] };
  shutdown(): Promise<unknown>;
}): Promise<{ recorded: Record<string, number>; scraped: Record<string, number> }>;
