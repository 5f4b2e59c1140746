/** Each supported version of Node, in both module formats, and with one format starting what the other records. */
const versions = ['node-20.19', 'node-20', 'node-22.12', 'node-22', 'node-24', 'node-26'];
const programs = {
  'ES module': ['program/app.mjs'],
  CommonJS: ['program/app.cjs'],
  'start as ES module, record as CommonJS': ['program/two-copies.mjs', 'program/start.mjs', 'program/record.cjs'],
  'start by --import otelier/register': ['--import', 'otelier/register', 'program/app.mjs'],
};

export const cases = Object.fromEntries(
  versions.flatMap((version) =>
    Object.entries(programs).map(([title, args]) => [
      `${version}, ${title}`,
      ({ program, npmNode }) => program(args, { command: npmNode(version) }),
    ]),
  ),
);
