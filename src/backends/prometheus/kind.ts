/** The endpoint as the table of backends lists it: its options and its reader. The rest is loaded when it is started. */

import { openAccount } from '../../delivery/account.js';
import type { Backend, BackendContext, BackendKind } from '../../delivery/contract.js';
import { reasonOf } from '../../delivery/reason.js';
import type { OptionValues } from '../../options/option.js';
import type { Answer } from './handlers.js';
import { prometheusOptions } from './options.js';
import { longestOf, ScrapeReader } from './reader.js';
import type { ScrapeServer } from './server.js';

/** The kind. */
export const prometheusKind: BackendKind<typeof prometheusOptions> = {
  name: 'prometheus',
  options: prometheusOptions,
  pull: true,
  start: (options, context) => startEndpoint(options, context, true).backend,
};

/** Starts an endpoint, with a server of its own unless an application has one. */
export function startEndpoint(
  options: OptionValues<typeof prometheusOptions>,
  context: BackendContext,
  ownServer: boolean,
): { backend: Backend; answer: Answer } {
  const { clock } = context;
  let server: ScrapeServer | undefined;
  const url = () => {
    const origin = server?.origin();
    return origin === undefined ? undefined : `${origin}${options.basePath}/metrics`;
  };
  const deliveries = openAccount({ ...context, where: url });
  const reader = new ScrapeReader(clock, deliveries, longestOf(context), async () => {
    await opening.catch(() => undefined);
    await server?.close();
  });
  const opening = import('./open.js').then(({ openEndpoint }) => {
    const opened = openEndpoint(options, context, reader, ownServer);
    server = opened.server;
    return opened;
  });
  // What stands in the way is told by `ready`: the application and other backends go on.
  const ready = opening
    .then((opened) => opened.server?.listening)
    .catch((error: Error) => {
      deliveries.unusable(reasonOf(error));
      throw error;
    });
  return {
    backend: { name: context.name, reader, ready, status: deliveries.status },
    answer: (request) =>
      opening.then(
        ({ answer }) => answer(request),
        () => unavailable(request),
      ),
  };
}

/** Before metrics run, and where the endpoint could not be opened. */
export const unavailable: Answer = async () => ({
  status: 503,
  headers: { 'retry-after': '1', 'content-length': '0' },
  body: [],
});
