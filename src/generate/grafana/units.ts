/** Units of Grafana for units of UCUM. */

const units: Readonly<Record<string, string>> = {
  '1': 'percentunit',
  '%': 'percent',
  s: 's',
  ms: 'ms',
  us: 'µs',
  ns: 'ns',
  min: 'm',
  h: 'h',
  d: 'd',
  By: 'bytes',
  KiBy: 'kbytes',
  MiBy: 'mbytes',
  GiBy: 'gbytes',
  kBy: 'deckbytes',
  MBy: 'decmbytes',
  GBy: 'decgbytes',
  'By/s': 'Bps',
  W: 'watt',
  J: 'joule',
  'J/s': 'watt',
  V: 'volt',
  Hz: 'hertz',
  MHz: 'rotmhz',
  Cel: 'celsius',
  '{factor}': 'suffix:x',
  '{USD}': 'currencyUSD',
  USD: 'currencyUSD',
  '{request}/s': 'reqps',
  '{operation}/s': 'ops',
};

/** Returns the unit of Grafana: that of UCUM if it has an equivalent, else a short number with what is counted. */
export function grafanaUnit(unit: string): string {
  const known = units[unit];
  if (known !== undefined) return known;
  const [, thing, period = ''] = /^\{([^{}]*)\}(?:\/(s|min|h|d))?$/.exec(unit) ?? [];
  if (thing === undefined) return unit === '' || unit === '1/s' ? 'short' : `suffix: ${unit}`;
  return period === '' ? 'short' : `suffix:/${period}`;
}
