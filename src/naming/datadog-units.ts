/** Units: from UCUM, as OpenTelemetry has them, to those of Datadog's list (documentation, "Metrics Units", unit list). */

/** By UCUM code. Decimal multiples of the byte are not in the list, and the binary ones next to them would be wrong. */
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

/** Things that are counted, which UCUM has in braces. */
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
 * The unit in Datadog's list; `undefined` when it has none, because a number without a unit says less than one with a
 * wrong unit, but says it rightly. What is per something else has none: a series has one unit.
 */
export function datadogUnit(unit: string): string | undefined {
  const code = unit.replace(/\{[^}]*\}/g, '').replace(/[µμ]/g, 'u');
  if (code !== '') return quantities.get(code);
  const thing = /^\{([^}]*)\}$/.exec(unit)?.[1]?.toLowerCase() ?? '';
  return [thing, thing.replace(/s$/, '')].find((word) => things.has(word)) ?? currencies.get(thing);
}
