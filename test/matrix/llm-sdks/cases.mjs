/** Clients of each supported version of the SDKs of model providers. */
export const cases = {
  'calls are measured': async ({ run }) => countOf(await run(process.execPath, ['run.mjs'])),
};

function countOf({ stdout }) {
  return `${stdout.match(/^ok /gm).length} SDKs`;
}
