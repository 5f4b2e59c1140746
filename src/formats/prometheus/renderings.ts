/** Renderings of the series of one stream within a family. */
import type { SeriesKey } from '../../model/points.js';

export interface Renderings {
  /** Reports whether the scrape under way has visited a series. */
  isVisited(series: SeriesKey): boolean;
  /** Discards the rendering of a series. */
  delete(series: SeriesKey): void;
}
