/** Ends a program: scrapes the endpoint of otelier and prints the names of all metrics as JSON. */
export async function report(metrics) {
  await metrics.ready.catch(() => undefined);
  const { url } = metrics.status().backends[0];
  const text = url === undefined ? '' : await (await fetch(url)).text();
  await metrics.shutdown();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  console.log(JSON.stringify({ names }));
  // Instrumentations and other SDKs keep timers and sockets.
  process.exit();
}
