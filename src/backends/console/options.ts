/** Options of the console backend: an empty table. Interval and timeout are general options. */
import type { OptionTable } from '../../options/option.js';

/** Options of the backend. */
export const consoleOptions = {} satisfies OptionTable;
