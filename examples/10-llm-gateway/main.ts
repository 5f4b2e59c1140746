/**
 * Gateway to two providers of language models. The quick provider rejects some requests, and the steady provider answers
 * them. Sends real requests to the gateway, and prints which provider answered and the metrics of pack `gateway`.
 */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { gateway } from 'otelier/packs/gateway';
import { startGateway } from './gateway.ts';
import { startUpstream } from './upstream.ts';

await using metrics = startMetrics({
  serviceName: 'llm-gateway',
  packs: { gateway: gateway({ applications: ['chat', 'search'], windowMs: 60_000 }) },
  backends: [prometheus({ port: 0, withoutScopeLabels: true })],
});
await metrics.ready;

const quick = await startUpstream('quick', {
  firstTokenMs: 5,
  tokenMs: 1,
  rejects: (request) => (request % 3 === 0 ? (request % 2 === 0 ? 429 : 503) : undefined),
});
const steady = await startUpstream('steady', { firstTokenMs: 40, tokenMs: 4, rejects: () => undefined });
const service = await startGateway(metrics.gateway, [quick, steady]);

// A listener, such as a store, receives the events in batches.
let costUsd = 0;
metrics.gateway.onEvents((events) => {
  for (const event of events) costUsd += (event.costUsd ?? 0) * event.weight;
});

const prompts = [
  'Which of these two boxes of nails is the longer one?',
  'How far is it from the harbour to the market?',
  'Say that again, please.',
  'What is the sum of the first ten numbers?',
];
const answeredBy = new Map<string, number>();
for (let request = 0; request < 24; request++) {
  const response = await fetch(service.url, {
    method: 'POST',
    body: JSON.stringify({
      application: request % 4 === 0 ? 'search' : 'chat',
      user: `user-${request % 3}`,
      session: `session-${request % 5}`,
      model: 'small-1-2026-01-31',
      // Every third question is the same, so that the cache answers it.
      prompt: request % 3 === 2 ? prompts[0] : `${prompts[request % prompts.length]} (${request})`,
    }),
  });
  await response.text();
  const provider = response.headers.get('x-provider') ?? `no provider (${response.status})`;
  answeredBy.set(provider, (answeredBy.get(provider) ?? 0) + 1);
}
for (const [provider, requests] of answeredBy) console.log(`answered by ${provider}: ${requests}`);

const scraped = await (await fetch(metrics.status().backends[0]?.url as string)).text();
console.log(`cost: ${costUsd.toFixed(6)} USD`);
for (const line of scraped.split('\n')) {
  if (/^gateway_(requests|errors|fallbacks|rate_limits|tokens|cost|cache|users|sessions|audit_events)/.test(line)) {
    console.log(line);
  }
}
for (const server of [service, quick, steady]) server.close();
