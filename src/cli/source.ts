/** Dashboards, rules and metrics of one pack, collector or module. */
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Dashboard } from '../panels/dashboard.js';
import type { RuleGroup } from '../panels/rules.js';

/** Dashboards and rules of a pack, a collector or a module. */
export interface Source {
  /** Name of its files. */
  readonly name: string;
  /** Its option in messages, such as `--catalogue shop.mjs`. */
  readonly from: string;
  readonly dashboards: readonly Dashboard[];
  readonly rules: readonly RuleGroup[];
  readonly metrics: Catalogue['metrics'];
  /** True if the package contains the rendered dashboard. */
  readonly isShipped: boolean;
}
