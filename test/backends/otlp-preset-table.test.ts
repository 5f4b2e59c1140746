/** The table of presets. */
import { expect, test } from 'vitest';
import { presetNames, presets } from '../../src/backends/otlp/presets.js';

test('every preset has a name, a documentation page, and an endpoint or an example', () => {
  expect(Object.keys(presets)).toEqual([...presetNames]);
  for (const { page, endpoint } of Object.values(presets)) {
    expect(new URL(page).protocol).toBe('https:');
    expect(new URL(endpoint.url ?? endpoint.example ?? '').pathname).toMatch(/\/v1\/metrics$/);
  }
});
