const { CHECK_TYPES, EXTERNAL, STANDALONE } = process.env;

export default {
  typescript: { ignoreBuildErrors: CHECK_TYPES !== 'true' },
  ...(STANDALONE === 'true' ? { output: 'standalone' } : {}),
  ...(EXTERNAL === 'true' ? { serverExternalPackages: ['otelier'] } : {}),
};
