/** A million attribute sets over 500 collections: at most as many series as the limit, exact sums, constant memory. */
import { describeFloods } from './flood.js';

describeFloods(500);
