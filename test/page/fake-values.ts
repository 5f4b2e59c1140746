/** Values that move as those of a running application would, by unit and time. The same time gives the same values. */

/** Typical values by unit: the middle, and the share by which they swing. */
const typical: Readonly<Record<string, readonly [middle: number, swing: number]>> = {
  '1': [0.31, 0.5],
  '%': [31, 0.5],
  s: [0.42, 0.6],
  ms: [38, 0.5],
  By: [186e6, 0.2],
  MBy: [186, 0.2],
  'By/s': [48e3, 0.7],
  '{USD}': [0.0042, 0.4],
  '{USD}/h': [6.4, 0.5],
  '{request}/s': [14, 0.6],
  '{token}/s': [2_400, 0.6],
  '{error}/s': [0.12, 0.9],
  '{event}/s': [14, 0.6],
  '{session}': [42, 0.3],
  '{cpu}': [0.42, 0.5],
};

/** Returns the value of a series at a time. */
export function fakeValue(key: string, unit: string, milliseconds: number): number {
  const seed = hash(key);
  const seconds = milliseconds / 1_000;
  const [middle, swing] = typical[unit] ?? [unit.includes('/') ? 3.2 : 12, 0.5];
  const scale = /fail|reject|never reported|lost|invalid/i.test(key) ? 0.06 : 0.45 + (seed % 97) / 80;
  const slow = Math.sin(seconds / (70 + (seed % 60)) + seed);
  const fast = Math.sin(seconds / (7 + (seed % 9)) + seed * 2) * 0.35;
  const noise = (hash(`${key}${Math.floor(seconds)}`) % 1_000) / 1_000 - 0.5;
  const value = middle * scale * (1 + swing * (0.55 * slow + 0.35 * fast + 0.4 * noise));
  return Math.max(0, unit === '1' ? Math.min(1, value) : value);
}

/** Returns a number of a text that looks random. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 16_777_619) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}
