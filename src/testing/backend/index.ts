/**
 * `otelier/testing/backend`: the conformance suite for authors of backends, for any test runner.
 *
 * `subject.ts` declares the inputs, `conformance.ts` creates the cases of `cases/`. `trial.ts` runs a backend for one
 * case, `recordings.ts` holds the metrics to record, and `peer.ts` is a fake HTTP endpoint.
 *
 * @module
 */
export { backendConformance, type ConformanceCase } from './conformance.js';
export type { PeerAnswer, PeerRequest } from './peer.js';
export type { Arrivals, ArrivedPoint, BackendSubject, BackendTarget, ConformanceCaseName } from './subject.js';
