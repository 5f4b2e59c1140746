/** Users that follow a file: which contents take effect, when the file is read, and what is logged. */
import { expect, test } from 'vitest';
import { createAccessControl } from '../../../../src/backends/prometheus/security/access-control.js';
import { createReloadingAccess } from '../../../../src/backends/prometheus/security/reloading-access.js';

type Contents = 'one' | 'two' | 'without users' | 'invalid' | 'invalid otherwise';
type Change = 'changed' | 'unchanged' | 'unknown';

const tokenOf = (name: string) => name.padEnd(16, '-');
const accessOf = (name: string) => createAccessControl({ bearerTokens: { [name]: tokenOf(name) } });

const removed = 'expected users, because the file had users at startup';

test.each<[string, Contents, readonly [Change, Contents, admitted: 'one' | 'two' | undefined, logged: string[]][]]>([
  ['takes effect when it changes', 'one', [['changed', 'two', 'two', []]]],
  [
    'is not read while it is unchanged or was just checked',
    'one',
    [
      ['unchanged', 'two', 'one', []],
      ['unknown', 'two', 'one', []],
    ],
  ],
  [
    'keeps the users while it is invalid, and logs each problem once',
    'one',
    [
      ['changed', 'invalid', 'one', ['invalid']],
      ['unchanged', 'invalid', 'one', []],
      ['changed', 'invalid otherwise', 'one', ['invalid otherwise']],
      ['changed', 'invalid', 'one', []],
      ['changed', 'two', 'two', []],
      ['changed', 'invalid', 'two', ['invalid']],
    ],
  ],
  [
    'is read at each check while it is invalid: it may be replaced within one tick of its times',
    'one',
    [
      ['changed', 'invalid', 'one', ['invalid']],
      ['unknown', 'two', 'one', []],
      ['unchanged', 'two', 'two', []],
      ['unchanged', 'one', 'two', []],
    ],
  ],
  [
    'keeps the users when all of them are removed',
    'one',
    [
      ['changed', 'without users', 'one', [removed]],
      ['changed', 'two', 'two', []],
    ],
  ],
  [
    'may add the first users',
    'without users',
    [
      ['unchanged', 'without users', undefined, []],
      ['changed', 'one', 'one', []],
    ],
  ],
])('a file %s', async (_, initial, steps) => {
  let change: Change = 'unknown';
  let contents = initial;
  let logged: string[] = [];
  const accessIn = () => (contents === 'without users' ? undefined : accessOf(contents));
  const access = createReloadingAccess({
    initial: accessIn(),
    changes: { check: async () => change },
    where: 'prometheus.webConfigFile',
    reload: () =>
      contents.startsWith('invalid') ? { problems: [{ where: 'file', expected: contents }] } : { access: accessIn() },
    warn: (message) => logged.push(message),
  });
  const decide = (name: string) => access.decide({ headers: { authorization: `Bearer ${tokenOf(name)}` } });
  for (const [index, step] of steps.entries()) {
    logged = [];
    let admitted: string | undefined;
    let messages: readonly string[];
    [change, contents, admitted, messages] = step;
    const decisions = [await decide('one')];
    change = 'unknown';
    decisions.push(await decide('two'));
    const expected = ['one', 'two'].map((name) =>
      admitted === undefined || admitted === name ? 'admitted' : 'unauthorized',
    );
    expect(decisions, `step ${index + 1}`).toEqual(expected);
    expect(logged, `step ${index + 1}`).toEqual(messages.map((message) => expect.stringContaining(message)));
  }
});
