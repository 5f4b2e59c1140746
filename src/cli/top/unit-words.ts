/** Units of metrics by the words in their names. */
import { unitParts } from '../../naming/units.js';

/** UCUM codes that have a human form. */
const codes = 'd h min s ms us ns By KiBy MiBy GiBy TiBy kBy MBy GBy TBy bit V A J W Cel Hz %'.split(' ');

/** UCUM codes by the words for them. A single letter and `min` have other meanings in names, such as a minimum. */
const codesByWord: ReadonlyMap<string, string> = new Map(
  codes.flatMap((code) =>
    unitParts(code)
      .flatMap(({ text, spellings }) => [text, `${text}s`, ...spellings])
      .filter((word) => word.length > 1 && word !== 'min')
      .map((word) => [word, code] as const),
  ),
);

/**
 * Returns the unit in UCUM: `By` for `sent_bytes_total`, `By/s` for `read_bytes_per_second`; empty text if unknown.
 *
 * @param stated unit that the exposition states, such as `seconds`.
 */
export function unitOfName(name: string, stated = ''): string {
  const plain = name.toLowerCase().replace(/_total$/, '');
  const [, main = plain, per] = /^(.*?)_per_([a-z]+)$/s.exec(plain) ?? [];
  const word = /[a-z]+$/.exec(main)?.[0] ?? '';
  const code = codesByWord.get(word) ?? (per === undefined ? codesByWord.get(stated) : undefined) ?? '';
  return code === '' || per === undefined ? code : `${code}/${per === 'second' ? 's' : per}`;
}
