/** Opens the console: the screen and its exporter. Loaded when the backend starts. */
export { Screen } from './screen.js';
export { tableExporter } from './table-exporter.js';
