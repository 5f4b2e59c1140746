/**
 * Metrics of an agent platform: 40 metrics with fixed names, the export latency, and four counters of outcomes from which
 * queries compute the rates.
 */
import { asError, oneOf, text } from '../../catalogue/attributes.js';
import { type CatalogueOptions, defineCatalogue } from '../../catalogue/catalogue.js';
import { counter, gauge, histogram, observableGauge } from '../../catalogue/definitions.js';

/** Maximum number of agents with separate series. Further agents are recorded as `_OTHER`. */
export const agentLimit = 20;
/** Maximum number of cache layers with separate series. Further layers are recorded as `_OTHER`. */
export const layerLimit = 10;

/** Buckets of scores and percentages, 0 to 100. */
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

/** Returns the catalogue. A namespace prefixes every metric name. */
export function agentCatalogue(options: CatalogueOptions = {}) {
  return defineCatalogue(
    {
      taskLatency: milliseconds('task_latency_ms', 'Duration of a task.', [100, 500, 1000, 2000, 5000, 10000]),
      iterationDuration: milliseconds('iteration_duration_ms', 'Duration of one iteration.', [500, 1000, 2000, 5000]),
      checkpointLatency: milliseconds(
        'checkpoint_latency_ms',
        'Duration of the evaluation of a checkpoint.',
        [50, 100, 200, 500],
      ),
      evaluationLatency: milliseconds(
        'evaluation_latency_ms',
        'Duration of the evaluation of code.',
        [500, 1000, 2000, 5000, 10000],
      ),
      agentLatency: histogram({
        name: 'agent_latency_ms',
        unit: 'ms',
        description: 'Duration of a call of an agent.',
        buckets: [500, 1000, 2000, 5000, 10000],
        attributes: agent,
      }),
      embeddingGenerationLatency: milliseconds(
        'embedding_generation_latency_ms',
        'Duration of the generation of an embedding.',
        [100, 500, 1000, 2000],
      ),
      cacheLookupLatency: histogram({
        name: 'cache_lookup_latency_ms',
        unit: 'ms',
        description: 'Duration of a cache lookup, by layer.',
        buckets: [1, 5, 10, 50, 100],
        attributes: layer,
      }),
      apiCallLatency: histogram({
        name: 'api_call_latency_ms',
        unit: 'ms',
        description: 'Duration of a call of an external API.',
        buckets: [100, 500, 1000, 2000, 5000],
        attributes: service,
      }),

      qualityScore: histogram({
        name: 'quality_score',
        unit: '{point}',
        description: 'Quality score of a task result, 0 to 100.',
        buckets: tenths,
      }),
      testCoverage: histogram({
        name: 'test_coverage_percent',
        unit: '%',
        description: 'Test coverage of the evaluated code.',
        buckets: tenths,
      }),
      securityVulnerabilities: counter({
        name: 'security_vulnerabilities',
        unit: '{vulnerability}',
        description: 'Vulnerabilities found, by severity.',
        attributes: { severity: oneOf('critical', 'high', 'medium', 'low') },
      }),
      typeErrors: total('type_errors', '{error}', 'Type errors found.'),
      testFailures: total('test_failures', '{failure}', 'Failed tests.'),
      taskSuccessRate: percentage('task_success_rate_percent', 'Percentage of tasks that succeeded, over the window.'),
      earlyTermination: total('early_termination', '{task}', 'Tasks that a checkpoint ended early.'),
      checkpointFailures: counter({
        name: 'checkpoint_failures',
        unit: '{failure}',
        description: 'Failed checkpoints.',
        attributes: { checkpoint: oneOf('1', '2', '3') },
      }),

      apiCost: counter({
        name: 'api_cost_usd',
        unit: '{USD}',
        description: 'Cost of agent calls.',
        attributes: { ...agent, operation: text({ limit: 10 }) },
      }),
      tokenUsage: counter({
        name: 'token_usage',
        unit: '{token}',
        description: 'Input and output tokens of agent calls.',
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
          'Cost per call of the new agent divided by cost per call of the previous agent, at the last switch.',
        attributes: agentPair,
      }),
      resourceUtilization: gauge({
        name: 'resource_utilization_percent',
        unit: '%',
        description: 'Resource utilization.',
        attributes: { resource: oneOf('cpu', 'memory', 'network') },
      }),
      costSavings: total('cost_savings_usd', '{USD}', 'Cost saved by optimization.'),

      cacheHitRate: observableGauge({
        name: 'cache_hit_rate_percent',
        unit: '%',
        description: 'Percentage of cache lookups that hit, by layer, over the window.',
        attributes: layer,
      }),
      cacheSize: gauge({
        name: 'cache_size_mb',
        unit: 'MBy',
        description: 'Size of a cache, by layer.',
        attributes: layer,
      }),
      taskQueueDepth: gauge({ name: 'task_queue_depth', unit: '{task}', description: 'Waiting tasks.' }),
      activeTasks: observableGauge({
        name: 'active_tasks_count',
        unit: '{task}',
        description: 'Active tasks.',
        merge: 'sum',
      }),
      databaseQueries: counter({
        name: 'database_queries',
        unit: '{query}',
        description: 'Database queries, by operation.',
        attributes: { operation: oneOf('select', 'insert', 'update', 'delete') },
      }),
      databaseLatency: milliseconds('database_latency_ms', 'Duration of a database query.', [1, 5, 10, 50, 100, 500]),
      externalApiCalls: counter({
        name: 'external_api_calls',
        unit: '{call}',
        description: 'Calls of external APIs.',
        attributes: service,
      }),
      externalApiErrors: counter({
        name: 'external_api_errors',
        unit: '{error}',
        description: 'Failed calls of external APIs, by type of error.',
        attributes: { ...service, error_type: text({ limit: 20 }) },
      }),
      parallelEvalSpeedup: histogram({
        name: 'parallel_eval_speedup',
        unit: '1',
        description: 'Speedup of parallel over sequential evaluation.',
        buckets: [1, 1.2, 1.4, 1.6, 1.8, 2],
      }),
      memoryUsage: gauge({ name: 'memory_usage_mb', unit: 'MBy', description: 'Memory of the process.', merge: 'sum' }),

      agentUsage: counter({ name: 'agent_usage', unit: '{call}', description: 'Agent calls.', attributes: agent }),
      agentQualityScore: observableGauge({
        name: 'agent_quality_score',
        unit: '{point}',
        description: 'Mean quality score of the results of an agent, 0 to 100, over the window.',
        attributes: agent,
      }),
      agentCostPerCall: observableGauge({
        name: 'agent_cost_usd_per_call',
        unit: '{USD}',
        description: 'Mean cost per agent call, over the window.',
        attributes: agent,
      }),
      agentSuccessRate: observableGauge({
        name: 'agent_success_rate_percent',
        unit: '%',
        description: 'Percentage of agent calls that succeeded, over the window.',
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
        description: 'Quality gained by a switch; negative when the result became worse.',
        buckets: [-10, -5, 0, 5, 10, 15, 20],
      }),
      embeddingCacheHitRate: percentage(
        'embedding_cache_hit_rate_percent',
        'Percentage of embeddings found in the cache, over the window.',
      ),
      guidelineMatchQuality: histogram({
        name: 'guideline_match_quality_score',
        unit: '1',
        description: 'Score of a guideline match, 0 to 1.',
        buckets: [0.1, 0.3, 0.5, 0.7, 0.9],
      }),

      metricsExportLatency: milliseconds(
        'metrics_export_latency_ms',
        'Duration of one export of the metrics.',
        [1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000],
      ),

      taskOutcomes: counter({
        name: 'task_outcomes',
        unit: '{task}',
        description: 'Ended tasks, by outcome.',
        attributes: { outcome },
      }),
      agentOutcomes: counter({
        name: 'agent_outcomes',
        unit: '{call}',
        description: 'Agent calls, by outcome.',
        attributes: { ...agent, outcome },
      }),
      cacheLookups: counter({
        name: 'cache_lookups',
        unit: '{lookup}',
        description: 'Cache lookups, by layer and result.',
        attributes: { ...layer, result: lookup },
      }),
      embeddingLookups: counter({
        name: 'embedding_lookups',
        unit: '{lookup}',
        description: 'Embedding lookups, by result.',
        attributes: { result: lookup },
      }),
    },
    options,
  );
}

/** Definitions of the catalogue. */
export type AgentDefinitions = ReturnType<typeof agentCatalogue>['definitions'];
