/** A NestJS application, compiled to CommonJS. */
export const cases = {
  'built by tsc': built('tsc'),
  'built by SWC': built('swc'),
};

function built(builder) {
  return async ({ bin, output, program }) => {
    output('dist');
    await bin('nest', ['build', '--builder', builder]);
    return program(['dist/main.js']);
  };
}
