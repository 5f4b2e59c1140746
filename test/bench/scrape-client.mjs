/** Scrapes a server of another process, once or many times at once, with gzip where the server has it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { contentOf } from './scrape-content.mjs';

const [url, accept, format] = process.argv.slice(2);
const headers = { accept, 'accept-encoding': 'gzip' };
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

process.on('message', async ({ scrapes, check = false }) => {
  try {
    const begin = performance.now();
    const answers = await Promise.all(Array.from({ length: scrapes }, () => scrape(check)));
    const wallMs = performance.now() - begin;
    process.send({ value: check ? await checked(answers) : { wallMs } });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

async function scrape(keep) {
  const [response] = await once(get(url, { headers, agent }), 'response');
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  if (!keep) {
    response.resume();
    await once(response, 'end');
    return undefined;
  }
  const parts = [];
  for await (const part of response) parts.push(part);
  const body = Buffer.concat(parts);
  return response.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** Returns the number of samples, and of different bodies. */
function checked(bodies) {
  const different = new Set(bodies.map((body) => createHash('sha1').update(body).digest('hex')));
  return { found: contentOf(bodies[0], format), different: different.size };
}
