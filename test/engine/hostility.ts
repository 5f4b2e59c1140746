/** What hostile tests share: objects that throw wherever they are touched, and a call of any instrument. */
export const circular: Record<string, unknown> = {};
circular['self'] = circular;
export const throws = () => {
  throw new Error('hostile');
};
export const unprintable = Object.create(null) as object;
export const throwingProxy = () =>
  new Proxy(
    {},
    { get: throws, has: throws, ownKeys: throws, getOwnPropertyDescriptor: throws, getPrototypeOf: throws },
  );
const revocable = Proxy.revocable({}, {});
revocable.revoke();
export const revoked = revocable.proxy;

export const kinds = ['createCounter', 'createUpDownCounter', 'createGauge', 'createHistogram'] as const;

/** Calls whichever recording method there is. */
export function record(instrument: object, value: unknown, given?: unknown) {
  const { add, record: set } = instrument as Record<'add' | 'record', ((...all: unknown[]) => void) | undefined>;
  (add ?? set)?.call(instrument, value, given);
}
