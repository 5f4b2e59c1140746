/** Every numeric field of every verb, with its range and whether it is whole, and how it is recorded. */
import { agents } from './numeric-fields/agents.js';
import { benchmark } from './numeric-fields/benchmark.js';
import type { Field } from './numeric-fields/field.js';
import { gateway } from './numeric-fields/gateway.js';
import { genai } from './numeric-fields/genai.js';
import { inference } from './numeric-fields/inference.js';
import { vision } from './numeric-fields/vision.js';

export { call } from './numeric-fields/agents.js';

/** All fields, each with the name of its pack. */
export const fields = Object.entries({ agents, gateway, inference, benchmark, vision, genai }).flatMap(([pack, rows]) =>
  rows.map(([field, ...row]): Field => [`${pack}: ${field}`, ...row]),
);
