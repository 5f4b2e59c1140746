/** Counts what an answer holds: samples of text, metrics of protobuf. Those of other families are left out. */

export function contentOf(bytes, format) {
  return format === 'protobuf' ? metricsIn(bytes) : (bytes.toString().match(/^bench_/gm)?.length ?? 0);
}

/** The fields 4 of a message whose field 1 is the name that is looked for; messages have their length before them. */
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
