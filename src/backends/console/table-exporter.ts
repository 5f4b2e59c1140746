/** Exports each collection as a table on a screen. */
import type { DeliveryAccount } from '../../delivery/account.js';
import type { Exporter, ExportOptions, ExportPreferences, ExportResult } from '../../delivery/exporter.js';
import { reasonOf } from '../../delivery/reason.js';
import type { Clock } from '../../model/clock.js';
import type { Collected } from '../../model/collected.js';
import { late, withDeadline } from '../../model/deadline.js';
import { collectorScope, selfScope } from '../../model/instrument.js';
import type { PointVisitor } from '../../model/points.js';
import type { OptionValues } from '../../options/option.js';
import { humanValue } from './human-value.js';
import type { consoleOptions } from './options.js';
import { renderTable, type TableOptions } from './render-table.js';
import type { Screen } from './screen.js';
import { Snapshot } from './snapshot.js';
import { cutMiddle, visible } from './terminal-text.js';

/** Parts of a table exporter. */
export interface TableExporterOptions {
  readonly preferences: ExportPreferences;
  readonly options: OptionValues<typeof consoleOptions>;
  readonly screen: Screen;
  readonly account: Pick<DeliveryAccount, 'exported'>;
  readonly clock: Clock;
  /** True to show the metrics of collectors. */
  readonly showsCollectors: boolean;
}

/** Exporter that can also print at once. */
export interface TableExporter extends Exporter {
  /**
   * Prints what changed since the last table, for a process that ends at once. Writes to a terminal, a file or a pipe are
   * synchronous, except to a terminal of Windows.
   *
   * @param walk walks the current values without waiting; returns false if that is impossible.
   * @returns the result of `walk`.
   */
  printNow(walk: (visitor: PointVisitor) => boolean): boolean;
}

/** Time after a table, in milliseconds, in which a collection without changes is not worth a line. */
const recentMs = 1_000;

/** Returns an exporter that prints a table of each collection that differs from the last table. */
export function tableExporter(parts: TableExporterOptions): TableExporter {
  const { preferences, screen, account, clock, showsCollectors } = parts;
  const hiddenScopes = new Set(showsCollectors ? [selfScope] : [selfScope, collectorScope]);
  /** Snapshot of the last table. */
  let shown: Snapshot | undefined;
  /** True if the last line states that nothing changed since the table. */
  let notedUnchanged = false;

  return {
    ...preferences,
    async export(collect: () => Promise<Collected>, { timeoutMs }: ExportOptions): Promise<ExportResult> {
      const collected = await collect();
      await collected.resource.waitForAsyncAttributes?.();
      const snapshot = new Snapshot(shown, clock.monotonicMs(), hiddenScopes);
      await collected.walk(snapshot);
      const { points } = snapshot;
      if (points === 0 && shown === undefined) return { kind: 'empty' };
      const isTable = snapshot.changed || (screen.replacesLast && !notedUnchanged);
      // The last collection of a program may follow a table at once.
      const isRecent = shown !== undefined && snapshot.atMonotonicMs - shown.atMonotonicMs < recentMs;
      if (isTable || !(notedUnchanged || isRecent)) {
        const lines = isTable ? tableOf(snapshot, shown, parts) : [headingOf(snapshot, 'no changes', parts)];
        const printed = await withDeadline(screen.print(lines), timeoutMs).catch(reasonOf);
        if (printed === late) return { kind: 'failed', reason: `no answer within ${timeoutMs} ms`, points };
        if (printed !== undefined) return { kind: 'failed', reason: printed, points };
      }
      notedUnchanged = !isTable && (notedUnchanged || !isRecent);
      if (isTable) shown = snapshot;
      account.exported(points);
      return { kind: 'accepted' };
    },
    printNow(walk) {
      const snapshot = new Snapshot(shown, clock.monotonicMs(), hiddenScopes);
      if (!walk(snapshot)) return false;
      const isNew = snapshot.changed && snapshot.points > 0;
      if (isNew) screen.print(tableOf(snapshot, shown, parts)).catch(() => {});
      return true;
    },
    close: () => Promise.resolve(),
  };
}

const defaultColumns = 80;
/** Numbers of series of a metric that are tried until a table fits the height of a terminal. */
const fewerSeries = [5, 3, 1];

function tableOf(snapshot: Snapshot, earlier: Snapshot | undefined, parts: TableExporterOptions): string[] {
  const { options, screen } = parts;
  const { metrics } = snapshot;
  const elapsedSeconds = earlier === undefined ? undefined : (snapshot.atMonotonicMs - earlier.atMonotonicMs) / 1_000;
  const count = metrics.reduce((sum, { series }) => sum + series.length, 0);
  const since = elapsedSeconds === undefined ? '' : `, change over ${humanValue(elapsedSeconds, 's')}`;
  const heading = headingOf(snapshot, `${count} series${since}`, parts);
  const table: TableOptions = { ...options, columns: columnsOf(parts), styled: screen.styled, elapsedSeconds };
  let lines = renderTable(metrics, table);
  for (const maxSeries of fewerSeries) {
    if (lines.length < screen.rows) break;
    if (maxSeries < options.maxSeries) lines = renderTable(metrics, { ...table, maxSeries });
  }
  if (lines.length < screen.rows) return [heading, ...lines];
  const kept = lines.slice(0, Math.max(0, screen.rows - 2));
  return [heading, ...kept, cutMiddle(`… ${lines.length - kept.length} more lines`, table.columns)];
}

function headingOf({ serviceName }: Snapshot, text: string, parts: TableExporterOptions): string {
  const { clock } = parts;
  return cutMiddle(
    `${visible(serviceName)} at ${new Date(clock.nowUnixMs()).toISOString()}: ${text}`,
    columnsOf(parts),
  );
}

function columnsOf({ options, screen }: TableExporterOptions): number {
  // Wrapped lines could not be replaced.
  return Math.min(options.columns ?? screen.columns ?? defaultColumns, screen.columns ?? Number.POSITIVE_INFINITY);
}
