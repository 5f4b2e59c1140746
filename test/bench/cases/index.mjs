/**
 * Lists the cases in the order of the report.
 *
 * `subjects` maps the name of a family of contenders, optionally with a variant ("ours, undeclared"), to a function.
 * The function receives `open` of the contender and the sizes of the run. It returns `run(n)` and optionally `setUp()`,
 * which runs before each repetition, a fixed `n`, and the `kit` whose series are counted afterwards. A bar compares a
 * subject with a group of contenders, with another subject, or with a number in the unit of the case.
 */
import { allocations } from './allocation.mjs';
import {
  noAttributes,
  oneAttributeManySeries,
  oneAttributeOneSeries,
  readers,
  threeAttributes100,
  threeAttributes10000,
  undeclared,
} from './attributes.mjs';
import { boundCounter, boundExponential, boundHistogram } from './bound.mjs';
import { disabled, dropped } from './disabled.mjs';
import { exemplars } from './exemplars.mjs';
import { firstSight } from './first-sight.mjs';
import { manyInstruments } from './many-instruments.mjs';
import { counterMemory, histogramMemory } from './memory.mjs';

export const cases = [
  boundCounter,
  boundHistogram,
  boundExponential,
  noAttributes,
  oneAttributeOneSeries,
  oneAttributeManySeries,
  manyInstruments,
  threeAttributes100,
  threeAttributes10000,
  undeclared,
  readers,
  firstSight,
  disabled,
  dropped,
  exemplars,
  ...allocations,
  counterMemory,
  histogramMemory,
];
