/** Formats the results of `vision-overhead.mjs` for the terminal and as a page. */

/** Returns one line for each bar, then the measured figures. */
export function lines({ none, prometheus, memory, bars }) {
  return [
    ...bars.map((bar) => `${bar.of.replaceAll('`', '')}: ${figureOf(bar)}, ${verdict(bar)}`),
    '',
    ...facts({ none, prometheus, memory }).map(
      ([title, figure]) => `  ${title.replaceAll('`', '').padEnd(62)}${figure}`,
    ),
  ];
}

/** Returns the page of a run. */
export function page({ command, date, machine, node, version, none, prometheus, memory, bars }) {
  return [
    '# Benchmarks of detection on video',
    '',
    'Generated; do not edit. The overhead of metrics in [example 11](../examples/11-edge-detection/README.md), ' +
      'which decodes frames and detects edges in them, on one core.',
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
    'With the exporter `none`, the overhead is too small to measure in the processing time of a frame. Therefore all ' +
      'recordings of a frame are timed separately, as the median of many repetitions, and divided by its CPU time.',
    '',
    `With \`prometheus\`, one process plays the whole recording alternately with and without metrics, ` +
      `${prometheus.repetitions} times each, in random order. Another process scrapes once in each second with metrics. ` +
      'The CPU time of the whole process, with all threads, is compared for each pair. The figure is the geometric mean ' +
      'of these ratios, with its 95 % confidence interval.',
    '',
    `Memory is measured after garbage collection, in ${memory.pairs} processes with a scraped endpoint and in as many ` +
      'processes with the exporter `none`: the median of the differences, and their range.',
    '',
    '| figure | |',
    '|---|---:|',
    ...facts({ none, prometheus, memory }).map(([title, figure]) => `| ${title} | ${figure} |`),
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
    ['recordings per frame', String(none.records)],
    ['time of all recordings of a frame, `none`', `${shown(none.verbsNs)} ns`],
    ['time of all recordings of a frame, `prometheus`', `${shown(prometheus.verbsNs)} ns`],
    ['CPU time of a scrape', `${shown(prometheus.scrapeMicroseconds / 1_000)} ms`],
    ['calculated from both, at 30 frames and one scrape per second', `${shown(prometheus.percentAtThirty)} %`],
    ['resident memory', megabytes(memory.rssMb)],
    ['heap and buffers', megabytes(memory.heapMb)],
    ['scrape size, metrics of the pack', `${bytes.own} bytes, ${bytes.ownGzip} gzipped, ${bytes.series} samples`],
    ['scrape size, all metrics', `${bytes.all} bytes, ${bytes.allGzip} gzipped`],
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
