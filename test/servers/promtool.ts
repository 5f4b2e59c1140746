/** The real promtool. */
import { spawnSync } from 'node:child_process';

/** What promtool says of a scrape. */
export interface Verdict {
  /** 0 for a faultless scrape, 3 with complaints of style, 1 for what it cannot parse. */
  readonly status: number | null;
  readonly complaints: readonly string[];
}

/** Has promtool parse and lint text 0.0.4. */
export function checkMetrics(bin: string, scrape: string): Verdict {
  const { status, stdout, stderr } = spawnSync(bin, ['check', 'metrics'], { input: scrape, encoding: 'utf8' });
  return { status, complaints: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

/** What promtool says of a web configuration file. */
export function checkWebConfig(bin: string, file: string): string {
  const { stdout, stderr } = spawnSync(bin, ['check', 'web-config', file], { encoding: 'utf8' });
  return `${stdout}${stderr}`.trim();
}
