/** Stock readers and exporters of OpenTelemetry's 3.x line on otelier's provider. */
export const cases = {
  'stock readers and exporters': async ({ run, npmNode }) => countOf(await run(npmNode(), ['run.mjs'])),
};

function countOf({ stdout }) {
  return `${stdout.match(/^ok /gm).length} checks`;
}
