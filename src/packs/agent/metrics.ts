/**
 * Metrics of a platform on which agents work on tasks: 40 metrics whose names are fixed by existing queries, the export
 * latency, and four outcome counters from which the rates among the 40 can be derived.
 */
import { asError, oneOf, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge } from '../../catalogue/definitions.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Maximum number of agents with separate series; other agents are recorded as `_OTHER`. */
export const agentLimit = 20;
/** Maximum number of cache layers with separate series. */
export const layerLimit = 10;

/** Bucket bounds of scores and percentages. */
const tenths = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

const agent = { agent: text({ limit: agentLimit }) };
const agentPair = { from_agent: text({ limit: agentLimit }), to_agent: text({ limit: agentLimit }) };
const service = { service: text({ limit: 20 }) };
const layer = { cache_layer: text({ limit: layerLimit }) };
const outcome = oneOf('ok', asError('failed'));
const lookup = oneOf('hit', 'miss');

const milliseconds = (name: string, description: string, buckets: readonly number[]) =>
  histogram({ name, unit: 'ms', description, buckets });
const total = (name: string, unit: string, description: string) => counter({ name, unit, description });
const percentage = (name: string, description: string) => observableGauge({ name, unit: '%', description });

/** Returns the catalogue; `namespace` prefixes the metric names. */
export function agentCatalogue(options: PackCatalogueOptions = {}) {
  return definePackCatalogue(
    {
      // The edges above 10 s, and above 5 s of an iteration, are additional: the fixed ones end below the goals of 45 s and 9 s.
      taskLatency: milliseconds(
        'task_latency_ms',
        'Time of a task.',
        [100, 500, 1000, 2000, 5000, 10000, 20000, 30000, 45000, 60000, 120000],
      ),
      iterationDuration: milliseconds(
        'iteration_duration_ms',
        'Time of one iteration.',
        [500, 1000, 2000, 5000, 9000, 15000, 30000],
      ),
      checkpointLatency: milliseconds('checkpoint_latency_ms', 'Time to evaluate a checkpoint.', [50, 100, 200, 500]),
      evaluationLatency: milliseconds(
        'evaluation_latency_ms',
        'Time to evaluate quality.',
        [500, 1000, 2000, 5000, 10000],
      ),
      agentLatency: histogram({
        name: 'agent_latency_ms',
        unit: 'ms',
        description: 'Time of a call of an agent.',
        buckets: [500, 1000, 2000, 5000, 10000],
        attributes: agent,
      }),
      embeddingGenerationLatency: milliseconds(
        'embedding_generation_latency_ms',
        'Time to generate an embedding.',
        [100, 500, 1000, 2000],
      ),
      cacheLookupLatency: histogram({
        name: 'cache_lookup_latency_ms',
        unit: 'ms',
        description: 'Time of a lookup in a cache, by layer.',
        buckets: [1, 5, 10, 50, 100],
        attributes: layer,
      }),
      apiCallLatency: histogram({
        name: 'api_call_latency_ms',
        unit: 'ms',
        description: 'Time of a call of an external API.',
        buckets: [100, 500, 1000, 2000, 5000],
        attributes: service,
      }),

      qualityScore: histogram({
        name: 'quality_score',
        unit: '{point}',
        description: 'Quality of what a task produced, 0 to 100.',
        buckets: tenths,
      }),
      testCoverage: histogram({
        name: 'test_coverage_percent',
        unit: '%',
        description: 'Share of the evaluated code that tests cover.',
        buckets: tenths,
      }),
      securityVulnerabilities: counter({
        name: 'security_vulnerabilities',
        unit: '{vulnerability}',
        description: 'Vulnerabilities found, by severity.',
        attributes: { severity: oneOf('critical', 'high', 'medium', 'low') },
        startAtZero: true,
      }),
      typeErrors: total('type_errors', '{error}', 'Type errors found.'),
      testFailures: total('test_failures', '{failure}', 'Tests that failed.'),
      taskSuccessRate: percentage('task_success_rate_percent', 'Share of tasks that succeeded, over the window.'),
      earlyTermination: total('early_termination', '{task}', 'Tasks that a checkpoint ended early.'),
      checkpointFailures: counter({
        name: 'checkpoint_failures',
        unit: '{failure}',
        description: 'Checkpoints that were not passed.',
        attributes: { checkpoint: oneOf('1', '2', '3') },
        startAtZero: true,
      }),

      apiCost: counter({
        name: 'api_cost_usd',
        unit: '{USD}',
        description: 'Cost of calls of agents.',
        attributes: { ...agent, operation: text({ limit: 10 }) },
      }),
      tokenUsage: counter({
        name: 'token_usage',
        unit: '{token}',
        description: 'Tokens that agents consumed, input and output.',
        attributes: agent,
      }),
      costPerTask: histogram({
        name: 'cost_per_task_usd',
        unit: '{USD}',
        description: 'Cost of a task.',
        buckets: [0.01, 0.05, 0.1, 0.2, 0.5],
      }),
      agentCostRatio: gauge({
        name: 'agent_cost_ratio',
        unit: '1',
        description:
          'Cost per call of the agent switched to, over that of the agent switched from, at the last switch.',
        attributes: agentPair,
      }),
      resourceUtilization: gauge({
        name: 'resource_utilization_percent',
        unit: '%',
        description: 'Utilization of a resource.',
        attributes: { resource: oneOf('cpu', 'memory', 'network') },
      }),
      costSavings: total('cost_savings_usd', '{USD}', 'Cost that optimization saved.'),

      cacheHitRate: observableGauge({
        name: 'cache_hit_rate_percent',
        unit: '%',
        description: 'Share of lookups that a cache answered, by layer, over the window.',
        attributes: layer,
      }),
      cacheSize: gauge({
        name: 'cache_size_mb',
        unit: 'MBy',
        description: 'Size of a cache, by layer.',
        attributes: layer,
      }),
      taskQueueDepth: gauge({ name: 'task_queue_depth', unit: '{task}', description: 'Tasks that are waiting.' }),
      activeTasks: observableGauge({
        name: 'active_tasks_count',
        unit: '{task}',
        description: 'Tasks begun and not ended.',
        merge: 'sum',
      }),
      databaseQueries: counter({
        name: 'database_queries',
        unit: '{query}',
        description: 'Queries of the database, by operation.',
        attributes: { operation: oneOf('select', 'insert', 'update', 'delete') },
        startAtZero: true,
      }),
      databaseLatency: milliseconds(
        'database_latency_ms',
        'Time of a query of the database.',
        [1, 5, 10, 50, 100, 500],
      ),
      externalApiCalls: counter({
        name: 'external_api_calls',
        unit: '{call}',
        description: 'Calls of external APIs.',
        attributes: service,
      }),
      externalApiErrors: counter({
        name: 'external_api_errors',
        unit: '{error}',
        description: 'Calls of external APIs that failed, by what failed.',
        attributes: { ...service, error_type: text({ limit: 20 }) },
      }),
      parallelEvalSpeedup: histogram({
        name: 'parallel_eval_speedup',
        unit: '1',
        description: 'How many times faster evaluating in parallel was than one after another.',
        buckets: [1, 1.2, 1.4, 1.6, 1.8, 2],
      }),
      memoryUsage: gauge({ name: 'memory_usage_mb', unit: 'MBy', description: 'Memory of the process.', merge: 'sum' }),

      agentUsage: counter({ name: 'agent_usage', unit: '{call}', description: 'Calls of agents.', attributes: agent }),
      agentQualityScore: observableGauge({
        name: 'agent_quality_score',
        unit: '{point}',
        description: 'Mean quality of what an agent returned, 0 to 100, over the window.',
        attributes: agent,
      }),
      agentCostPerCall: observableGauge({
        name: 'agent_cost_usd_per_call',
        unit: '{USD}',
        description: 'Mean cost of a call of an agent, over the window.',
        attributes: agent,
      }),
      agentSuccessRate: observableGauge({
        name: 'agent_success_rate_percent',
        unit: '%',
        description: 'Share of calls of an agent that succeeded, over the window.',
        attributes: agent,
      }),
      agentSwitch: counter({
        name: 'agent_switch',
        unit: '{switch}',
        description: 'Switches from one agent to another within a task.',
        attributes: agentPair,
      }),
      agentSwitchQualityImprovement: histogram({
        name: 'agent_switch_quality_improvement',
        unit: '{point}',
        description: 'How much better the result became by a switch; negative when it became worse.',
        buckets: [-10, -5, 0, 5, 10, 15, 20],
      }),
      embeddingCacheHitRate: percentage(
        'embedding_cache_hit_rate_percent',
        'Share of embeddings that came from the cache, over the window.',
      ),
      guidelineMatchQuality: histogram({
        name: 'guideline_match_quality_score',
        unit: '1',
        description: 'How well a guideline matched, 0 to 1.',
        buckets: [0.1, 0.3, 0.5, 0.7, 0.9],
      }),

      metricsExportLatency: milliseconds(
        'metrics_export_latency_ms',
        'Time of one export of the metrics.',
        [1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000],
      ),

      taskOutcomes: counter({
        name: 'task_outcomes',
        unit: '{task}',
        description: 'Tasks that ended, by outcome; abandoned if the application never ended them.',
        attributes: { outcome: oneOf('ok', asError('failed'), asError('abandoned')) },
        startAtZero: true,
      }),
      agentOutcomes: counter({
        name: 'agent_outcomes',
        unit: '{call}',
        description: 'Calls of agents, by outcome.',
        attributes: { ...agent, outcome },
      }),
      cacheLookups: counter({
        name: 'cache_lookups',
        unit: '{lookup}',
        description: 'Lookups in caches, by layer and result.',
        attributes: { ...layer, result: lookup },
      }),
      embeddingLookups: counter({
        name: 'embedding_lookups',
        unit: '{lookup}',
        description: 'Requested embeddings, by whether the cache had them.',
        attributes: { result: lookup },
        startAtZero: true,
      }),
    },
    options,
  );
}

/** Definitions of the catalogue. */
export type AgentDefinitions = ReturnType<typeof agentCatalogue>['definitions'];
