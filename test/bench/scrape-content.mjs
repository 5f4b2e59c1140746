/** Counts the samples of a text response, or the metrics of a protobuf response, of benchmark families. */

export function contentOf(bytes, format) {
  return format === 'protobuf' ? metricsIn(bytes) : (bytes.toString().match(/^bench_/gm)?.length ?? 0);
}

/** Counts the fields 4 of length-delimited messages whose field 1 is the name of a benchmark family. */
function metricsIn(bytes) {
  let metrics = 0;
  for (let at = 0; at < bytes.length; ) {
    const [length, begin] = varint(bytes, at);
    at = begin + length;
    let own = 0;
    let name = '';
    for (let field = begin; field < at; ) {
      const [tag, next] = varint(bytes, field);
      const [value, content] = varint(bytes, next);
      field = tag % 8 === 2 ? content + value : content;
      if (tag === 8 + 2) name = bytes.toString('utf8', content, field);
      if (tag === 4 * 8 + 2) own++;
    }
    if (name.startsWith('bench_')) metrics += own;
  }
  return metrics;
}

function varint(bytes, begin) {
  let value = 0;
  let at = begin;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return [value, at];
  }
}
