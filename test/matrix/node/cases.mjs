/** Node without tools: both module formats, apart and in one process. */
export const cases = {
  'ES module': ({ program }) => program(['program/app.mjs']),
  CommonJS: ({ program }) => program(['program/app.cjs']),
  'start as ES module, record as CommonJS': twoCopies('start.mjs', 'record.cjs'),
  'start as CommonJS, record as ES module': twoCopies('start.cjs', 'record.mjs'),
  'start by --import otelier/register': ({ program }) => program(['--import', 'otelier/register', 'program/app.mjs']),
  'start by --require otelier/register': ({ program }) => program(['--require', 'otelier/register', 'program/app.cjs']),
  'start by --import otelier/register, record as CommonJS': ({ program }) =>
    program(['--import', 'otelier/register', 'program/app.cjs']),
};

function twoCopies(start, record) {
  return ({ program }) => program(['program/two-copies.mjs', `program/${start}`, `program/${record}`]);
}
