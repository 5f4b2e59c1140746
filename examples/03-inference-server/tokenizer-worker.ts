/** The tokenizer thread: converts the texts of one request to one array of ids. */
import type { Texts, Tokens } from './messages.ts';
import { tokenize } from './tokenizer.ts';
import { serveJobs } from './worker-loop.ts';

const queryLimit = 64;
const documentLimit = 384;

serveJobs<Texts, Tokens>(() => (texts) => {
  const perText = texts.map((text, index) => tokenize(text, index === 0 ? queryLimit : documentLimit));
  const ids = new Int32Array(perText.reduce((sum, { length }) => sum + length, 0));
  const ends = new Int32Array(perText.length);
  let end = 0;
  for (const [index, tokens] of perText.entries()) {
    ids.set(tokens, end);
    end += tokens.length;
    ends[index] = end;
  }
  return { output: { ids, ends }, transfer: [ids.buffer, ends.buffer] };
});
