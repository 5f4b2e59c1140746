/** Writes every generated file of the repository; with `--check`, fails where one is out of date. */
await import('./settings-reference.mjs');
await import('./api-report.mjs');
