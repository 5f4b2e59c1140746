/**
 * Room `testing/backend`, door `otelier/testing/backend`: what every backend must pass, for whoever writes one and with
 * any test runner. May import anything but cli, packs and generate.
 *
 * `subject.ts` is what an author gives and `conformance.ts` what comes of it; `peer.ts` stands for the other side,
 * `trial.ts` runs a backend for one case, `recordings.ts` is what is recorded, and `cases/` are the cases.
 *
 * @module
 */
export { backendConformance, type ConformanceCase } from './conformance.js';
export type { PeerAnswer, PeerRequest } from './peer.js';
export type { Arrivals, ArrivedPoint, BackendSubject, ConformanceCaseName, Place } from './subject.js';
