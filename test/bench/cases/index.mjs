/**
 * Every case, in the order of the report.
 *
 * A case has `subjects`: what a family of contenders does, by the name of the family, followed by what is different
 * where there are several. Each gets what opens its kit and the sizes of the run, and returns `run(n)`, perhaps with
 * `setUp()` for before each repetition, the only `n` that makes sense, and the `kit` for counting its series afterwards.
 * A bar compares a subject with a group of contenders or another subject, or holds it against a number in the case's
 * own unit.
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
