/** Generated files: texts by their path, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

/** Returns JSON as a file has it: indented, with a line break at its end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Returns the files below a folder. */
export function inFolder(folder: string, files: Files): Files {
  return new Map([...files].map(([path, text]) => [`${folder}/${path}`, text]));
}
