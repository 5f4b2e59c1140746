/**
 * The dashboards and rules of the packs and collectors.
 *
 * @module
 */
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Dashboard } from '../panels/dashboard.js';
import type { RuleGroup } from '../panels/rules.js';

/** Options of a dashboard and its rules. */
export interface ShippedOptions {
  /** Namespace of the pack's metrics. */
  readonly namespace?: string;
}

/** Dashboard and rules of a pack or a collector. */
export interface Shipped {
  /** True if the metrics can have a namespace. */
  readonly hasNamespace: boolean;
  catalogue(options?: ShippedOptions): Pick<Catalogue, 'metrics'>;
  dashboard(options?: ShippedOptions): Dashboard;
  rules(options?: ShippedOptions): readonly RuleGroup[];
}

/** Dashboards and rules by the name of their pack or collector. */
export const shipped: Readonly<Record<string, Shipped>> = {};
