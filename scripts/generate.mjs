/** Writes every generated file and output. With `--check`, fails if one of them is out of date. */
await import('./settings-reference.mjs');
await import('./api-report.mjs');
await import('./document-code.mjs');
