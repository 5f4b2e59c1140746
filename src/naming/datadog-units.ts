/** Translates UCUM units to the units of Datadog's list (documentation, "Metrics Units", unit list). */

/** Datadog units by UCUM code. `kBy` and other decimal multiples of the byte are missing in Datadog's list. */
const quantities = new Map(
  Object.entries({
    ns: 'nanosecond',
    us: 'microsecond',
    ms: 'millisecond',
    s: 'second',
    min: 'minute',
    h: 'hour',
    d: 'day',
    wk: 'week',
    bit: 'bit',
    By: 'byte',
    KiBy: 'kibibyte',
    MiBy: 'mebibyte',
    GiBy: 'gibibyte',
    TiBy: 'tebibyte',
    PiBy: 'pebibyte',
    EiBy: 'exbibyte',
    '%': 'percent',
    Hz: 'hertz',
    kHz: 'kilohertz',
    MHz: 'megahertz',
    GHz: 'gigahertz',
    Cel: 'degree celsius',
    '[degF]': 'degree fahrenheit',
    nW: 'nanowatt',
    uW: 'microwatt',
    mW: 'milliwatt',
    W: 'watt',
    kW: 'kilowatt',
    MW: 'megawatt',
    GW: 'gigawatt',
    mA: 'milliampere',
    A: 'ampere',
    mV: 'millivolt',
    V: 'volt',
  }),
);

/** Countable things; in UCUM they are annotations in braces. */
const things = new Set(
  [
    'connection request packet segment response message payload timeout datagram route session hop',
    'process thread host node fault service instance cpu core file inode sector block',
    'buffer error read write occurrence event time unit operation item task worker resource email sample stage monitor',
    'location check attempt device update method job container execution throttle invocation user success build',
    'prediction exception table index lock transaction query row key command offset record object cursor assertion scan',
    'document shard flush merge refresh fetch column commit wait ticket question hit miss eviction get set',
    'dollar cent microdollar euro page split entry span run',
  ].flatMap((line) => line.split(' ')),
);

const currencies = new Map(Object.entries({ usd: 'dollar', eur: 'euro' }));

/**
 * Returns the unit of Datadog's list; `undefined` if the list does not contain it, because no unit is better than a wrong
 * one. Compound units (`By/s`) have none: a Datadog series has a single unit.
 */
export function datadogUnit(unit: string): string | undefined {
  const code = unit.replace(/\{[^}]*\}/g, '').replace(/[µμ]/g, 'u');
  if (code !== '') return quantities.get(code);
  const thing = /^\{([^}]*)\}$/.exec(unit)?.[1]?.toLowerCase() ?? '';
  return [thing, thing.replace(/s$/, '')].find((word) => things.has(word)) ?? currencies.get(thing);
}
