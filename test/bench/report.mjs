/** Formats a report as a table for the terminal and as a page. */
import { timeRatio, variantOf } from './rounds.mjs';

/** Returns one line per contender of a case: its figure, the ratio to otelier, and its bar. */
export function table({ title, name, unit, results, bars }) {
  const lines = results.map((result) => {
    const { name: contender, subject, median } = result;
    const label = [contender, variantOf(subject)].filter(Boolean).join(', ');
    const ours = oursBeside(results, result);
    const longer = result === ours ? '' : `${shown(timeRatio(ours, result))} ×`;
    const verdicts = bars.filter((bar) => barIsOf(bar, result)).map((bar) => verdict(bar).replaceAll('**', ''));
    return `  ${label.padEnd(44)}${`${shown(median)} ${unit}`.padStart(12)}${longer.padStart(12)}   ${verdicts.join('; ')}`;
  });
  return [`${name}: ${title}`, ...lines].map((line) => line.trimEnd()).join('\n');
}

/** Returns otelier's result of the same variant, or its first result. */
function oursBeside(results, { subject }) {
  const ours = results.filter(({ group }) => group === 'ours');
  return ours.find((result) => variantOf(result.subject) === variantOf(subject)) ?? ours[0];
}

/** Returns the page of a report. */
export function page({ command, date, machine, runtimes }) {
  const { cpu, cores } = machine;
  return [
    '# Benchmarks',
    '',
    'Generated; do not edit. Every figure is the median of repetitions in which all contenders took turns, each in a ' +
      'separate process. `×` is the ratio to the time of otelier, as the median over the rounds. Absolute figures come ' +
      'from one shared machine: compare ratios. A bar is the required ratio or figure.',
    '',
    'See also the benchmarks of [scrapes](benchmarks-scrape.md) and of [detection on video](benchmarks-vision.md).',
    '',
    `- machine: ${cpu}, ${cores} cores`,
    `- date: ${date}`,
    `- command: \`${command}\``,
    '',
    ...runtimes.flatMap(section),
  ].join('\n');
}

function section({ node, cases }) {
  const columns = [...new Set(cases.flatMap(({ results }) => results.map(({ contender }) => contender)))];
  const named = new Map(cases.flatMap(({ results }) => results.map(({ contender, name }) => [contender, name])));
  const rows = cases.flatMap(({ title, unit, results, bars }) => {
    const variants = [...new Set(results.map(({ subject }) => variantOf(subject)))];
    return variants.map((variant) => {
      const inVariant = results.filter(({ subject }) => variantOf(subject) === variant);
      const cells = columns.map((id) => {
        const result = inVariant.find(({ contender }) => contender === id);
        return result === undefined ? '' : cell(oursBeside(results, result), result, unit);
      });
      const verdicts = bars
        .filter(({ of }) => variantOf(of) === variant)
        .map((bar) => verdict(bar, named.get(bar.against)));
      return `| ${[title, variant].filter(Boolean).join(': ')} | ${cells.join(' | ')} | ${verdicts.join('<br>')} |`;
    });
  });
  return [
    `## Node ${node}`,
    '',
    `| case | ${columns.map((id) => named.get(id)).join(' | ')} | bars |`,
    `|---|${columns.map(() => '---:|').join('')}---|`,
    ...rows,
    '',
  ];
}

function cell(ours, result, unit) {
  const figure = `${shown(result.median)} ${unit}`;
  return result === ours ? `**${figure}**` : `${figure}<br>${shown(timeRatio(ours, result))} ×`;
}

function barIsOf({ of, against, subject }, result) {
  return against === undefined ? result.subject === of : result.contender === against && result.subject === subject;
}

/** Formats the verdict of a bar, and names its contenders unless the line already does. */
function verdict({ of, subject, figure, atLeast, atMost, met }, peer) {
  const bar = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  const isNamed = variantOf(of) === variantOf(subject ?? of) || peer !== undefined;
  const names = [isNamed ? '' : of, peer].filter(Boolean).join(' to ');
  return `${names && `${names}: `}${shown(figure)}, bar ${bar}, ${met ? 'met' : '**not met**'}`;
}

function shown(number) {
  if (!Number.isFinite(number)) return '–';
  if (Math.abs(number) >= 1_000) return Math.round(number).toLocaleString('en');
  return number.toFixed(Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2);
}
