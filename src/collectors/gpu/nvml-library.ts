/**
 * Calls of NVML, the library of NVIDIA's driver, through the optional package `koffi`.
 *
 * Calls run one at a time on a thread of libuv, so the event loop never waits for the driver. Structures are buffers that
 * are read by offset, and handles are integers, so no type of `koffi` is needed.
 */

/** Function of a library as `koffi` declares it. */
interface ForeignFunction {
  async(...args: [...unknown[], (error: unknown, result: number) => void]): void;
}

/** Loaded library. */
export interface ForeignLibrary {
  func(name: string, result: string, parameters: string[]): ForeignFunction;
}

export type Argument = number | bigint | Buffer;

/** Result of a call: success is 0, and 13 stands for a function that the installed driver does not have. */
export type NvmlCall = (name: string, ...args: readonly Argument[]) => Promise<number>;

export const functionNotFound = 13;

/** Loads NVML; `undefined` if `koffi` or the library is not installed. */
export async function loadNvml(path: string): Promise<NvmlCall | undefined> {
  try {
    const { default: koffi } = await import('koffi');
    return callOf(koffi.load(path) as unknown as ForeignLibrary);
  } catch {
    return undefined;
  }
}

/** Returns the function that calls a library. Numbers are passed as 32 bits, handles and masks as 64 bits. */
function callOf(library: ForeignLibrary): NvmlCall {
  const functions = new Map<string, ForeignFunction | undefined>();
  const declare = (name: string, args: readonly Argument[]) => {
    const types = args.map((arg) =>
      typeof arg === 'number' ? 'uint32_t' : typeof arg === 'bigint' ? 'uint64_t' : 'void *',
    );
    try {
      return library.func(name, 'int', types);
    } catch {
      return undefined;
    }
  };
  return (name, ...args) => {
    if (!functions.has(name)) functions.set(name, declare(name, args));
    const call = functions.get(name);
    if (call === undefined) return Promise.resolve(functionNotFound);
    return new Promise((resolve, reject) => {
      call.async(...args, (error, result) => (error ? reject(error) : resolve(result)));
    });
  };
}
