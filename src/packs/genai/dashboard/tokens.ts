/** Row of tokens. */
import { type PanelQuery, panel, quantile, type Row, rate, row } from '../../../panels/index.js';
import { type GenaiMetrics, tokenRates } from './metrics.js';

/** Returns the row. */
export function tokensRow(metrics: GenaiMetrics): Row {
  return row('Tokens', [
    panel({ title: 'Tokens by type', unit: '{token}/s', queries: tokenRates(metrics) }),
    panel({
      title: 'Tokens by model',
      unit: '{token}/s',
      queries: tokenRates(metrics, ['gen_ai.request.model'], '{gen_ai.request.model}: '),
    }),
    panel({
      title: 'Tokens of an operation, p95',
      unit: '{token}',
      queries: tokensPerOperation(metrics),
      roles: ['developer'],
    }),
    ...(metrics.latest === undefined ? [] : [partsPanel(metrics.latest)]),
  ]);
}

function tokensPerOperation({ latest, legacy }: GenaiMetrics): PanelQuery[] {
  if (latest === undefined) {
    const { tokenUsage } = legacy as NonNullable<typeof legacy>;
    const query = quantile(0.95, tokenUsage, { by: ['gen_ai.token.type'] });
    return [{ query, legend: '{gen_ai.token.type}' }];
  }
  return [
    { query: quantile(0.95, latest.operationInputTokens), legend: 'input' },
    { query: quantile(0.95, latest.operationOutputTokens), legend: 'output' },
    { query: quantile(0.95, latest.embeddingsInputTokens), legend: 'input of embeddings' },
  ];
}

function partsPanel({ cacheReadTokens, cacheWriteTokens, reasoningTokens }: NonNullable<GenaiMetrics['latest']>) {
  return panel({
    title: 'Cached tokens and tokens for reasoning',
    queries: [
      { query: rate(cacheReadTokens), legend: 'read from the cache' },
      { query: rate(cacheWriteTokens), legend: 'written to the cache' },
      { query: rate(reasoningTokens), legend: 'for reasoning' },
    ],
    roles: ['developer', 'business'],
  });
}
