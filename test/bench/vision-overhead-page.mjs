/** What `vision-overhead.mjs` found, as lines for the terminal and as a page. */

/** One line for each bar, and what it rests on. */
export function lines({ none, prometheus, memory, bars }) {
  return [
    ...bars.map((bar) => `${bar.of.replaceAll('`', '')}: ${figureOf(bar)}, ${verdict(bar)}`),
    '',
    ...facts({ none, prometheus, memory }).map(([what, figure]) => `  ${what.replaceAll('`', '').padEnd(62)}${figure}`),
  ];
}

/** The page of a run. */
export function page({ command, date, machine, node, version, none, prometheus, memory, bars }) {
  return [
    '# Benchmarks of detection on video',
    '',
    'Generated; do not edit. What metrics cost [example 11](../examples/11-edge-detection/README.md), which decodes ' +
      'frames and finds edges in them, on one core.',
    '',
    `- machine: ${machine.cpu}, ${machine.cores} cores`,
    `- otelier ${version}, Node ${node}`,
    `- date: ${date}`,
    `- command: \`${command}\``,
    '',
    '| what | measured | bar |',
    '|---|---:|---|',
    ...bars.map((bar) => `| ${bar.of} | ${figureOf(bar)} | ${verdict(bar, '**')} |`),
    '',
    '## How',
    '',
    'With the exporter `none` the cost is too small to be seen beside a frame. So what is recorded of a frame is timed ' +
      'alone, as the median of many repetitions, and divided by the CPU time of a frame.',
    '',
    `With \`prometheus\`, frames with metrics and frames without take turns in one process, ${prometheus.repetitions} ` +
      'times the whole recording with each, in an order that is drawn each time; another process scrapes in each second ' +
      'with metrics. Of each pair the CPU time of the whole process, all its threads, is compared. The figure is the ' +
      'geometric mean of these ratios, with its interval at 95 % confidence.',
    '',
    `Memory is that after a collection of garbage in ${memory.pairs} processes with an endpoint that is scraped, less ` +
      'that of as many processes with the exporter `none`: the median of the differences, and their range.',
    '',
    '| figure | |',
    '|---|---:|',
    ...facts({ none, prometheus, memory }).map(([what, figure]) => `| ${what} | ${figure} |`),
    '',
  ].join('\n');
}

function facts({ none, prometheus, memory }) {
  const { cpuMicroseconds, bytes } = prometheus;
  const megabytes = ({ median, least, most }) => `${shown(median)} MB (${shown(least)} to ${shown(most)})`;
  return [
    ['CPU time of a frame without metrics', `${shown(cpuMicroseconds.off / 1_000)} ms`],
    ['CPU time of a frame with `prometheus`', `${shown(cpuMicroseconds.on / 1_000)} ms`],
    [
      'with metrics',
      `${prometheus.framesEach} frames in ${shown(prometheus.secondsEach)} s, ${prometheus.scrapes} scrapes`,
    ],
    ['recordings of a frame', String(none.records)],
    ['all recordings of a frame, `none`', `${shown(none.verbsNs)} ns`],
    ['all recordings of a frame, `prometheus`', `${shown(prometheus.verbsNs)} ns`],
    ['CPU time of a scrape', `${shown(prometheus.scrapeMicroseconds / 1_000)} ms`],
    ['reckoned from both, at 30 frames and one scrape a second', `${shown(prometheus.percentAtThirty)} %`],
    ['resident memory', megabytes(memory.rssMb)],
    ['heap and buffers', megabytes(memory.heapMb)],
    ['a scrape, metrics of the pack', `${bytes.own} bytes, ${bytes.ownGzip} gzipped, ${bytes.series} samples`],
    ['a scrape, all', `${bytes.all} bytes, ${bytes.allGzip} gzipped`],
  ];
}

function figureOf({ figure, interval, unit }) {
  return `${shown(figure)}${interval === undefined ? '' : ` ± ${shown(interval)}`} ${unit}`;
}

function verdict({ unit, atMost, met }, strong = '') {
  return `at most ${atMost} ${unit}: ${met ? 'met' : `${strong}not met${strong}`}`;
}

function shown(number) {
  if (!Number.isFinite(number)) return '–';
  const size = Math.abs(number);
  if (size >= 1_000) return Math.round(number).toLocaleString('en');
  return number.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
}
