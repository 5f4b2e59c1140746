import { counter, defineCatalogue, gauge, startMetrics, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { type ConsoleSettings, FakeOutput, FakeTerminal, startConsole } from './fake-terminal.js';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { channel: text() } }),
  load: gauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { zone: text() } }),
});

function start(settings: ConsoleSettings) {
  const app = startConsole((common) => startMetrics({ ...common, catalogues: { shop } }), settings);
  app.metrics.shop.orders.add(1, { channel: 'web' });
  return app;
}

const control = String.fromCharCode(27);
const headings = (terminal: FakeTerminal) => terminal.shown.filter((line) => line.startsWith('shop at '));

describe('on a terminal', () => {
  test('a table replaces the last one', async () => {
    const output = new FakeTerminal();
    output.write('$ node app.js\n');
    const app = start({ output });
    await app.print();
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(output.shown).toEqual([
      '$ node app.js',
      'shop at 1970-01-01T00:17:00.000Z: 1 series, change over 10 s',
      'shop.orders  counter, {order}',
      '  channel=web  3  +2  0.2/s',
      '',
    ]);
  });

  test('a shorter table leaves nothing of a longer one', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    app.metrics.shop.load.set(1, { zone: 'eu' });
    await app.print();
    app.metrics.shop.load.remove({ zone: 'eu' });
    await app.print();
    expect(output.shown).toHaveLength(4);
  });

  test('without changes, the last table is replaced without changes and rates', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    await app.print();
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    await app.print();
    expect(output.shown[2]).toBe('  channel=web  3');
    expect(headings(output)).toEqual(['shop at 1970-01-01T00:17:10.000Z: 1 series, change over 10 s']);
  });

  test.each(['stdout', 'stderr'])('output of the process on %s between two tables is kept', async (name) => {
    const [output, other] = [new FakeTerminal(), new FakeTerminal()];
    const app = start({ output, other });
    await app.print();
    if (name === 'stderr') other.write('a warning\n');
    output.written += name === 'stderr' ? '' : 'listening\n';
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(headings(output)).toHaveLength(2);
    if (name === 'stdout') expect(output.shown).toContain('listening');
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(headings(output)).toHaveLength(2);
  });

  test('output on stderr does not matter if stderr is a file', async () => {
    const [output, other] = [new FakeTerminal(), new FakeOutput()];
    const app = start({ output, other });
    await app.print();
    other.write('a warning\n');
    await app.print();
    expect(headings(output)).toHaveLength(1);
  });

  test('after other output, one line says that nothing changed; the next table replaces it', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    await app.print();
    output.written += 'listening\n';
    await app.print();
    expect(output.shown.slice(-3)).toEqual(['listening', 'shop at 1970-01-01T00:17:00.000Z: no changes', '']);
    expect(await app.print()).toBe('');
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(output.shown.slice(3, 5)).toEqual([
      'listening',
      'shop at 1970-01-01T00:17:20.000Z: 1 series, change over 30 s',
    ]);
  });

  test('a table is printed below the last one when the width has changed', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    await app.print();
    output.columns = 40;
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(headings(output)).toHaveLength(2);
    expect(headings(output)[1]).toHaveLength(40);
  });

  test('a table is printed below the last one when the terminal became too low to reach its first line', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    app.metrics.shop.load.set(1, { zone: 'eu' });
    await app.print();
    output.rows = 5;
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    expect(headings(output)).toHaveLength(2);
  });

  test.each([undefined, 0])('a terminal of unknown size (%s) has 80 columns and 24 rows', async (size) => {
    const output = new FakeTerminal();
    output.columns = size;
    output.rows = size;
    const app = start({ output });
    for (let zone = 0; zone < 40; zone++) app.metrics.shop.load.set(zone, { zone: `${'z'.repeat(100)}${zone}` });
    await app.print();
    expect(Math.max(...output.shown.map((line) => line.length))).toBe(80);
    expect(output.shown.length).toBeLessThanOrEqual(24);
  });

  test.each([30, 12, 8, 5, 3])('a table has at most %i rows, so that it can be replaced', async (rows) => {
    const output = new FakeTerminal();
    output.rows = rows;
    const app = start({ output });
    for (let channel = 0; channel < 12; channel++) {
      app.metrics.shop.orders.add(channel, { channel: `c${channel}` });
      app.metrics.shop.load.set(channel, { zone: `z${channel}` });
    }
    await app.print();
    expect(output.shown.length).toBeLessThanOrEqual(rows);
    expect(output.shown.at(-2)).toMatch(/… \d+ more/);
    app.metrics.shop.orders.add(1, { channel: 'c1' });
    await app.print();
    expect(headings(output)).toHaveLength(1);
  });

  test('an option limits the width, but not beyond that of the terminal', async () => {
    const output = new FakeTerminal();
    for (const [columns, expected] of [
      [30, 30],
      [500, 80],
    ] as const) {
      const app = start({ output, options: { columns } });
      app.metrics.shop.load.set(1, { zone: 'z'.repeat(600) });
      output.written = '';
      await app.print();
      expect(Math.max(...output.shown.map((line) => line.length))).toBe(expected);
    }
  });

  test('names, units and changes are styled', async () => {
    const output = new FakeTerminal();
    const app = start({ output });
    await app.print();
    app.metrics.shop.orders.add(2, { channel: 'web' });
    const written = await app.print();
    expect(written).toContain(`${control}[1mshop.orders${control}[0m  ${control}[2mcounter, {order}${control}[0m\n`);
    expect(written).toContain(`  channel=web  3${control}[36m  +2  0.2/s${control}[0m\n`);
  });
});

describe.each([
  ['a file or a pipe', { output: new FakeOutput() }, { styled: false, redrawn: false }],
  ['a dumb terminal', { output: new FakeTerminal(), environment: { TERM: 'dumb' } }, { styled: false, redrawn: false }],
  ['NO_COLOR', { output: new FakeTerminal(), environment: { NO_COLOR: '1' } }, { styled: false, redrawn: true }],
  ['an empty NO_COLOR', { output: new FakeTerminal(), environment: { NO_COLOR: '' } }, { styled: true, redrawn: true }],
  ['redraw: false', { output: new FakeTerminal(), options: { redraw: false } }, { styled: true, redrawn: false }],
])('with %s', (_, settings: ConsoleSettings, expected) => {
  test(`styles and redrawing are ${JSON.stringify(expected)}`, async () => {
    const app = start(settings);
    await app.print();
    app.metrics.shop.orders.add(2, { channel: 'web' });
    await app.print();
    const { written } = app.output;
    expect({ styled: written.includes(`${control}[1m`), redrawn: written.includes(`${control}[J`) }).toEqual(expected);
    if (!expected.styled && !expected.redrawn) expect(written).not.toContain(control);
  });
});

test('a write that fails is reported and printed again, with the changes since the table before', async () => {
  const output = new FakeOutput();
  const app = start({ output });
  await app.print();
  app.metrics.shop.orders.add(2, { channel: 'web' });
  output.failure = new Error('disk full');
  await app.print();
  expect(app.metrics.status().backends[0]).toMatchObject({ state: 'failing', reason: 'disk full', failed: 1 });
  output.failure = undefined;
  expect(await app.print()).toMatch(/change over 20 s\n[\s\S]*channel=web {2}3 {2}\+2 {2}0\.1\/s\n/);
});
