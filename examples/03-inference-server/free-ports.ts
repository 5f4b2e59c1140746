/** Selects free ports where other programs use the default ports, so that the demo runs beside them. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Default ports, and the variables that set others. */
const defaults = [
  { variable: 'OTEL_EXPORTER_PROMETHEUS_PORT', port: 9464 },
  { variable: 'PORT', port: 8080 },
];

/** Sets the variable of each default port that is in use to 0, for any free port, and prints a line. */
export async function avoidUsedPorts(ports = defaults): Promise<void> {
  for (const { variable, port } of ports) {
    if (process.env[variable] || (await isFree(port))) continue;
    process.env[variable] = '0';
    console.log(`Port ${port} is in use. A free port is used instead; ${variable} selects another.`);
  }
}

/** Reports whether a server can listen on a port of localhost. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: 'localhost', exclusive: true });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
