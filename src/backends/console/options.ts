/** Options of the console backend. Interval and timeout are general options. */
import { flagOption, integerOption } from '../../options/option.js';

/** Options of the backend. */
export const consoleOptions = {
  columns: integerOption<number | undefined>({
    otherNames: ['width'],
    whenUnset: 'the width of the terminal',
    environment: ['OTELIER_CONSOLE_COLUMNS'],
    description: 'Width of the table in columns; by default the width of the terminal, or 80 without a terminal.',
    default: undefined,
    min: 20,
    max: 100_000,
    what: 'columns',
  }),
  maxSeries: integerOption({
    otherNames: ['limit', 'rows', 'maxrows'],
    environment: ['OTELIER_CONSOLE_MAX_SERIES'],
    description: 'Maximum number of series shown of a metric: those with the largest values.',
    default: 10,
    min: 1,
    max: 1_000_000,
    what: 'series',
  }),
  redraw: flagOption({
    otherNames: ['clear', 'refresh', 'inplace'],
    environment: ['OTELIER_CONSOLE_REDRAW'],
    description:
      'Replaces the last table on a terminal. Disable it if other processes write to the same terminal: their output is not noticed.',
    default: true,
  }),
};
