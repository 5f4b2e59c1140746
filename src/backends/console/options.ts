/** Options of the console table: none of its own; interval and timeout are the general ones. */
import type { OptionTable } from '../../options/option.js';

export const consoleOptions = {} satisfies OptionTable;
