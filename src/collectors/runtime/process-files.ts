/** Parsers of the files in `/proc` that describe one process (proc(5)). */

/** Content of `/proc/<pid>/status`. Sizes in bytes. */
export interface ProcessStatus {
  readonly residentBytes: number | undefined;
  readonly virtualBytes: number | undefined;
  readonly dataBytes: number | undefined;
  readonly threads: number | undefined;
}

/** Parses `/proc/<pid>/status`. A line that is absent or malformed gives `undefined`. */
export function parseProcessStatus(text: string): ProcessStatus {
  const numberOf = (key: string, unit: string) => {
    const [, digits] = new RegExp(`^${key}:\\s*(\\d+)${unit}\\s*$`, 'm').exec(text) ?? [];
    return digits === undefined ? undefined : Number(digits);
  };
  const bytesOf = (key: string) => {
    const kibibytes = numberOf(key, ' kB');
    return kibibytes === undefined ? undefined : kibibytes * 1_024;
  };
  return {
    residentBytes: bytesOf('VmRSS'),
    virtualBytes: bytesOf('VmSize'),
    dataBytes: bytesOf('VmData'),
    threads: numberOf('Threads', ''),
  };
}

/** Parses the soft limit of open files from `/proc/<pid>/limits`: `undefined` if it is absent, Infinity if unlimited. */
export function parseMaxOpenFiles(text: string): number | undefined {
  const [, limit] = /^Max open files\s+(\d+|unlimited)\s/m.exec(text) ?? [];
  return limit === undefined ? undefined : limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
