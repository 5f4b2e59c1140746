/** Exports the client of this folder to other folders. */
export { default } from '@prometheus-io/client';
