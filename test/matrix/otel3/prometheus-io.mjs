/** The client of this folder, for those outside of it. */
export { default } from '@prometheus-io/client';
