/** Places the rows and panels of a dashboard on Grafana's grid. */
import type { Dashboard, Row } from '../../panels/dashboard.js';
import type { Panel } from '../../panels/panel.js';

/** Columns of the grid. */
const columns = 24;

/** Place of a panel or of a row's title, in columns and in rows of 30 pixels. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A row's title or a panel, with its number in the dashboard, from 1 on. */
export type Placed = { readonly id: number; readonly position: Position } & (
  | { readonly row: Row; readonly panel?: undefined }
  | { readonly panel: Panel }
);

/** Returns all rows and panels from top to bottom. Panels flow from left to right; a line is as high as its highest one. */
export function layout({ rows }: Dashboard): readonly Placed[] {
  const placed: Placed[] = [];
  const add = (item: { row: Row } | { panel: Panel }, position: Position) =>
    placed.push({ ...item, id: placed.length + 1, position });
  let y = 0;
  for (const row of rows) {
    add({ row }, { x: 0, y, w: columns, h: 1 });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of row.panels) {
      if (x + panel.width > columns) [x, y, height] = [0, y + height, 0];
      add({ panel }, { x, y, w: panel.width, h: panel.height });
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  return placed;
}
