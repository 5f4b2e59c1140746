export default { test: { server: { deps: { inline: ['otelier', '@opentelemetry/api'] } } } };
