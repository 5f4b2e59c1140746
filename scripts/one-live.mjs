/**
 * Plugin of rolldown for the CommonJS form: imports the live view from the ES module, so that the package contains it once.
 *
 * The view uses what `startMetrics` gives it, and no state of its modules: it may be of another copy of the package.
 */
const view = /[\\/]backends[\\/]live[\\/]index\.(?:js|ts)$/;

/** Name of the chunk with the live view. */
export const liveChunk = 'live.js';

export const oneLive = {
  name: 'one-live',
  resolveId: (source) => (view.test(source) ? { id: `./${liveChunk}`, external: true } : undefined),
};
