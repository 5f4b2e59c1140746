/** Rows that compare models by the quality of what they generate. */
import { distribution, mean, minus, now, panel, type Role, type Row, rate, row, value } from '../../../panels/index.js';
import type { BenchmarkMetrics } from './queries.js';

const by = ['model_name'] as const;
const legend = '{model_name}';
/** Evaluations of many samples are rare. */
const over = '1h';
const roles: readonly Role[] = ['developer', 'business'];

/** Returns the row of scores. */
export function qualityRow(metrics: BenchmarkMetrics): Row {
  const { fvd, fvdDistribution, inceptionScore, inceptionScoreDistribution } = metrics;
  const { temporalConsistency, temporalConsistencyDistribution } = metrics;
  return row('Quality of models', [
    panel({
      title: 'Fréchet video distance (lower is better)',
      kind: 'bars',
      width: 8,
      queries: { query: value(fvd, { by }), legend },
      roles,
    }),
    panel({
      title: 'Inception score (higher is better)',
      kind: 'bars',
      width: 8,
      queries: { query: value(inceptionScore, { by }), legend },
      roles,
    }),
    panel({
      title: 'Temporal consistency (higher is better)',
      kind: 'bars',
      width: 8,
      queries: { query: value(temporalConsistency, { by }), legend },
      min: 0,
      max: 1,
      roles,
    }),
    panel({
      title: 'Fréchet video distance over time',
      width: 8,
      unit: '{distance}',
      queries: { query: mean(fvdDistribution, { by, over }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Inception score over time',
      width: 8,
      unit: '{score}',
      queries: { query: mean(inceptionScoreDistribution, { by, over }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Temporal consistency over time',
      width: 8,
      unit: '{similarity}',
      queries: { query: mean(temporalConsistencyDistribution, { by, over }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Distribution of temporal consistency',
      kind: 'heatmap',
      unit: '{similarity}',
      queries: distribution(temporalConsistencyDistribution),
      roles: ['developer'],
    }),
    panel({
      title: 'Temporal consistency by prompt category',
      kind: 'bars',
      queries: { query: value(temporalConsistency, { by: ['prompt_category'] }), legend: '{prompt_category}' },
      roles: ['developer'],
    }),
  ]);
}

/** Returns the row of evaluated predictions. */
export function predictionsRow({ f1, precision, recall, fScoreTime, predictions }: BenchmarkMetrics): Row {
  return row('Predictions of models', [
    panel({ title: 'F1 score', kind: 'bars', queries: { query: value(f1, { by }), legend }, min: 0, max: 1, roles }),
    panel({
      title: 'Precision and recall',
      kind: 'bars',
      queries: [
        { query: value(precision, { by }), legend: '{model_name}: precision' },
        { query: value(recall, { by }), legend: '{model_name}: recall' },
      ],
      min: 0,
      max: 1,
      roles,
    }),
    panel({
      title: 'Evaluated predictions by result',
      queries: { query: rate(predictions, { by: ['result'] }), legend: '{result}' },
      stacked: true,
      roles: ['developer'],
    }),
    panel({
      title: 'Age of the last evaluation',
      unit: 's',
      queries: { query: minus(now, value(fScoreTime, { by, merge: 'max' })), legend },
      roles: ['developer'],
    }),
  ]);
}
