/** One request by node:http and one by fetch to an express server, and one connection to a database that does not exist. */
import { createRequire } from 'node:module';

// Instrumentations replace modules when CommonJS code requires them; `import` needs `--import` with a loader hook.
const require = createRequire(import.meta.url);

export async function traffic() {
  const http = require('node:http');
  const app = require('express')();
  app.get('/orders', (_request, response) => response.end('ok'));
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/orders`;
  await new Promise((resolve, reject) => {
    http.get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
  await (await fetch(url)).text();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));

  const { Pool } = require('pg');
  const connected = new Pool({ host: '127.0.0.1', port: 1 }).connect();
  await connected.catch(() => undefined);
}
