/** Calls the real promtool. */
import { spawnSync } from 'node:child_process';

/** The verdict of promtool on a scrape. */
export interface Verdict {
  /** 0 without complaints, 3 with style complaints, 1 for a parse error. */
  readonly status: number | null;
  readonly complaints: readonly string[];
}

/** Parses and lints text 0.0.4 with promtool. */
export function checkMetrics(bin: string, scrape: string): Verdict {
  const { status, stdout, stderr } = spawnSync(bin, ['check', 'metrics'], { input: scrape, encoding: 'utf8' });
  return { status, complaints: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

/** Returns promtool's verdict on a web configuration file. */
export function checkWebConfig(bin: string, file: string): string {
  const { stdout, stderr } = spawnSync(bin, ['check', 'web-config', file], { encoding: 'utf8' });
  return `${stdout}${stderr}`.trim();
}
