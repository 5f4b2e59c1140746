/** Objects that throw on any access, and a call to any recording instrument. */
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

/** Calls `add` or `record`, whichever the instrument has. */
export function record(instrument: object, value: unknown, given?: unknown) {
  const { add, record: set } = instrument as Record<'add' | 'record', ((...all: unknown[]) => void) | undefined>;
  (add ?? set)?.call(instrument, value, given);
}
