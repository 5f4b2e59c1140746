/** The numeric fields of the verbs of pack `gateway`. */
import type { EveryPack } from '../every-pack.js';
import { amount, beyond, count, upTo } from '../value-ranges.js';
import type { Field } from './field.js';

const request = { bytesIn: 1, bytesOut: 1, latencyMs: 1, ok: true };
const openai = ({ gateway }: EveryPack) => gateway.provider('openai');
const tokensOf = (name: string) => (to: EveryPack, v: never) => to.gateway.audit({ provider: 'openai', [name]: v });
export const gateway: Field[] = [
  ['record.bytesIn', count, (to, v) => openai(to).record({ ...request, bytesIn: v }), 'gateway_received_bytes_total'],
  ['record.bytesOut', count, (to, v) => openai(to).record({ ...request, bytesOut: v }), 'gateway_sent_bytes_total'],
  [
    'record.latencyMs',
    amount,
    (to, v) => openai(to).record({ ...request, latencyMs: v }),
    'gateway_request_duration_seconds',
  ],
  ['end.bytesIn', count, (to, v) => void openai(to).begin().end({ bytesIn: v }), 'gateway_received_bytes_total'],
  ['end.bytesOut', count, (to, v) => void openai(to).begin().end({ bytesOut: v }), 'gateway_sent_bytes_total'],
  [
    'end.outputTokens',
    { valid: [2, 1_000], invalid: [-1, 1.5, 2.5, beyond] },
    (to, v) => void openai(to).begin().end({ outputTokens: v }),
    'gateway_time_per_output_token_seconds',
  ],
  ['firstByte', amount, (to, v) => openai(to).firstByte(v), 'gateway_time_to_first_byte_seconds'],
  [
    'outputTokens.tokens',
    { valid: [2, 1_000], invalid: [-1, 1.5, 2.5, beyond] },
    (to, v) => openai(to).outputTokens(v, 1),
    'gateway_time_per_output_token_seconds',
  ],
  [
    'outputTokens.milliseconds',
    amount,
    (to, v) => openai(to).outputTokens(2, v),
    'gateway_time_per_output_token_seconds',
  ],
  [
    'audit.latencyMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: v }),
    'gateway_model_duration_seconds',
  ],
  [
    'audit.firstByteMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', firstByteMs: v }),
    'gateway_model_time_to_first_byte_seconds',
  ],
  [
    'audit.firstByteMs with latencyMs',
    upTo(40),
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: 40, firstByteMs: v }),
    'gateway_model_time_to_first_byte_seconds',
  ],
  [
    'audit.proxyMs',
    amount,
    (to, v) => to.gateway.audit({ provider: 'openai', proxyMs: v }),
    'gateway_overhead_duration_seconds',
  ],
  [
    'audit.proxyMs with latencyMs',
    upTo(40),
    (to, v) => to.gateway.audit({ provider: 'openai', latencyMs: 40, proxyMs: v }),
    'gateway_overhead_duration_seconds',
  ],
  ['audit.inputTokens', count, tokensOf('inputTokens'), 'gateway_tokens_total'],
  ['audit.outputTokens', count, tokensOf('outputTokens'), 'gateway_tokens_total'],
  ['audit.totalTokens', count, tokensOf('totalTokens'), 'gateway_tokens_total'],
  ['audit.costUsd', amount, tokensOf('costUsd'), 'gateway_cost_usd_total'],
];
