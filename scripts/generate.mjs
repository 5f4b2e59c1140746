/** Writes every generated file. With `--check`, fails if a file is out of date. */
await import('./settings-reference.mjs');
await import('./api-report.mjs');
