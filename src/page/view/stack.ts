/** Stacked series: the sums that their areas reach, and lines where a series has a value. */
import uPlot from 'uplot';

type Row = readonly (number | null)[];

const linear = uPlot.paths.linear?.();

/** Returns sums: each row is that of its series and all before it. */
export function stacked(rows: readonly Row[]): Row[] {
  const sums: number[] = [];
  return rows.map((row) =>
    row.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = sum;
      return value === null && rows.every((each) => each[index] === null) ? null : sum;
    }),
  );
}

/**
 * Returns the paths of a stacked series: an area up to its sums, and a line where it has values.
 *
 * The sums have no gaps where only this series has one, because the area above starts at them.
 */
export function stackedPaths(valuesOf: (series: number) => Row): uPlot.Series.PathBuilder {
  return (chart, series, first, last) => {
    const paths = linear?.(chart, series, first, last) ?? null;
    if (paths === null) return null;
    const values = valuesOf(series);
    const stroke = new Path2D();
    let isOpen = false;
    for (let index = first; index <= last; index++) {
      const sum = chart.data[series]?.[index];
      const isPresent = typeof values[index] === 'number' && typeof sum === 'number';
      if (isPresent) {
        const x = chart.valToPos(chart.data[0][index] as number, 'x', true);
        const y = chart.valToPos(sum, 'y', true);
        if (isOpen) stroke.lineTo(x, y);
        else stroke.moveTo(x, y);
      }
      isOpen = isPresent;
    }
    return { ...paths, stroke };
  };
}
