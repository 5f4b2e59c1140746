/** Builds and runs the application of this folder with Next.js. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('.', import.meta.url));
const environment = { NEXT_TELEMETRY_DISABLED: '1' };
const next = join('node_modules', 'next', 'dist', 'bin', 'next');

/** What the application records when it starts and answers three orders and two pages. */
const recorded = {
  shop_orders_total: 4,
  shop_checkout_duration_seconds_count: 2,
  gateway_requests_total: 3,
  jobs_total: 4,
};

/** Returns a case that builds the application, starts it, requests its pages and scrapes it. */
export function built(buildArguments, { external = false, standalone = false, checkTypes = false } = {}) {
  return async (context) => {
    copyApp(context);
    const env = {
      ...environment,
      EXTERNAL: String(external),
      STANDALONE: String(standalone),
      CHECK_TYPES: String(checkTypes),
    };
    const { stdout, stderr } = await context.run(process.execPath, [next, 'build', ...buildArguments], { env });
    const serve = (cwd, args) => requestAndScrape(context, cwd, args, env);
    const result = standalone
      ? await context.alone(context.path('.next', 'standalone'), (copy) => serve(copy, () => ['server.js']))
      : await serve(context.folder, (port) => [next, 'start', '--port', port, '--hostname', '127.0.0.1']);
    if (/⚠|warn|resolve/i.test(stdout + stderr)) throw new Error(`the build printed a warning:\n${stdout}${stderr}`);
    return result;
  };
}

/** Returns a case that runs the application in the development server, which compiles each part when it is requested. */
export function developed(args) {
  return (context) => {
    copyApp(context);
    const env = environment;
    const command = (port) => [next, 'dev', '--port', port, '--hostname', '127.0.0.1', ...args];
    return requestAndScrape(context, context.folder, command, env);
  };
}

function copyApp({ folder }) {
  cpSync(app, folder, { recursive: true, filter: (path) => !path.endsWith('next-cases.mjs') });
}

async function requestAndScrape({ freePort, serve, sumsIn }, cwd, args, env) {
  const [port, metricsPort] = [String(await freePort()), String(await freePort())];
  const server = {
    ...env,
    PORT: port,
    HOSTNAME: '127.0.0.1',
    OTEL_SERVICE_NAME: 'matrix',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: metricsPort,
  };
  const url = `http://127.0.0.1:${port}`;
  const { result, stdout, stderr } = await serve(
    process.execPath,
    args(port),
    { cwd, env: server },
    /Ready in/,
    async () => {
      for (const path of ['/', '/order', '/', '/order', '/order']) {
        const { status } = await fetch(`${url}${path}`);
        if (status !== 200) throw new Error(`GET ${path} answers ${status}`);
      }
      const response = await fetch(`http://localhost:${metricsPort}/metrics`);
      return { recorded, scraped: sumsIn(await response.text(), Object.keys(recorded)) };
    },
  );
  const printed = `${stdout}${stderr}`;
  if (/⚠|error|otelier/i.test(printed)) throw new Error(`the server printed a warning:\n${printed}`);
  return result;
}
