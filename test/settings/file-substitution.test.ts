// biome-ignore-all lint/suspicious/noTemplateCurlyInString: literal references of the file format.
/** Variable references in a file, by the rules of the specification, observed through a resource attribute. */
import { expect, test } from 'vitest';
import { problemsOf, settingsOf } from './configuration-file.js';

const environment = {
  TEXT: 'value',
  FLAG: 'true',
  WHOLE: '1',
  FRACTION: '1.1',
  HEX: '0xdeadbeef',
  MAPPING: 'value\nkey:value',
  LIST: '[1, 2]',
  UNUSED: 'never read',
  REFERENCE: '${UNUSED}',
  DOLLARS: 'value$$',
  NULL: 'null',
  EMPTY: '',
  BLANK: '  ',
};

/** Returns the resolved value of an attribute; `undefined` for an unset attribute. */
function resolved(written: string): string | undefined {
  const text = `resource:\n  attributes:\n    - name: key\n      value: ${written}\n    - { name: last, value: 1 }\n`;
  const attributes = settingsOf(text, {}, environment)['resourceAttributes'];
  return /^(?:key=(.*),)?last=1 from/s.exec(attributes ?? '')?.[1];
}

test.each([
  ['${TEXT}', 'value'],
  ['${env:TEXT}', 'value'],
  ['"${TEXT}"', 'value'],
  ['${HEX}', '3735928559'],
  ['"${HEX}"', '0xdeadbeef'],
  ['${MAPPING}', 'value\nkey:value'],
  ['${LIST}', '[1, 2]'],
  ['foo ${TEXT} ${FRACTION}', 'foo value 1.1'],
  ['${UNSET}', undefined],
  ['"${UNSET}"', ''],
  ['${NULL}', undefined],
  ['${UNSET:-fallback}', 'fallback'],
  ['${env:UNSET:-fallback}', 'fallback'],
  ['${EMPTY:-fallback}', 'fallback'],
  ['${BLANK:-fallback}', 'fallback'],
  ['${TEXT:-fallback}', 'value'],
  ['${UNSET:-}', undefined],
  ['${UNSET:-0x10}', '16'],
  ['${UNSET:-a:b - c}', 'a:b - c'],
  ['${REFERENCE}', '${UNUSED}'],
  ['${UNSET:-${TEXT}}', '${TEXT}'],
  ['$${TEXT}', '${TEXT}'],
  ['$$${TEXT}', '$value'],
  ['$$$${TEXT}', '$${TEXT}'],
  ['$${TEXT:-fallback}', '${TEXT:-fallback}'],
  ['$${TEXT:-${TEXT}}', '${TEXT:-value}'],
  ['${UNSET:-$${UNSET}}', '${UNSET:-${UNSET}}'],
  ['${DOLLARS}', 'value$$'],
  ['a $$ b', 'a $ b'],
  ['a $ b', 'a $ b'],
  ['$TEXT', '$TEXT'],
  ['"${UNSET:-tschüss}"', 'tschüss'],
])('%s resolves to %j', (written, value) => {
  expect(resolved(written)).toBe(value);
});

test.each([
  ['${FLAG}', 'bool'],
  ['${WHOLE}', 'int'],
  ['${HEX}', 'int'],
  ['${FRACTION}', 'double'],
  ['"${WHOLE}"', 'string'],
  ["'${FLAG}'", 'string'],
  ['|-\n        ${WHOLE}', 'string'],
])('%s has the type %s after substitution', async (written, type) => {
  const file = (of: string) =>
    `resource:\n  attributes:\n    - name: key\n      type: ${of}\n      value: ${written}\n`;
  expect(await problemsOf(file(type), environment)).toEqual([]);
  expect(await problemsOf(file(type === 'string' ? 'double' : 'string'), environment)).toHaveLength(1);
});

test.each(['${TEXT:?error}', '${1TEXT}', '${TE XT}', '${sys:TEXT}', '${}', '${env:}', '${TEXT-x}'])(
  '%s is rejected as an invalid reference',
  async (reference) => {
    const file = `resource:\n  attributes:\n    - { name: a, value: "\${TEXT}" }\n    - name: b\n      value: x ${reference}\n`;
    expect(await problemsOf(file, environment)).toEqual([
      `resource.attributes[1].value: got "${reference}", expected \${NAME} or \${NAME:-default}, with a literal dollar sign written $$`,
    ]);
  },
);

test('keys are not substituted', async () => {
  expect(await problemsOf('resource:\n  ${TEXT}: 1\n', environment)).toEqual([
    'resource.${TEXT}: expected a known key: attributes, attributes_list, schema_url, detection/development',
  ]);
});
