/** The live view of one start. Loaded by its first request. */
import type { Routes } from '../../delivery/routes.js';
import { createLiveFeed } from './live-feed.js';
import { createLiveRoutes, type LiveLimits } from './server/routes.js';
import type { LiveSource } from './source.js';

export type { LiveSource } from './source.js';

/** Opens the live view: its feed, and the routes that serve it. Nothing runs until somebody watches. */
export function openLive(source: LiveSource, limits: LiveLimits): Routes {
  return createLiveRoutes(createLiveFeed(source), limits);
}
