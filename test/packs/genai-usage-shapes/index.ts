/** All shapes of usage. */
import { openaiShapes } from './openai.js';
import { otherShapes } from './others.js';
import type { Shape } from './shape.js';

export const shapes: readonly Shape[] = [...openaiShapes, ...otherShapes];
