/** File names and file errors in messages: never prints a secret that was configured in place of a file name. */

/** Reports whether `text` can be a file name and is safe to print. A PEM key in place of a file name is not. */
export function isFileName(text: string): boolean {
  return text !== '' && text.length <= 4096 && !/[\p{Cc}]|-----BEGIN/u.test(text);
}

/** Returns the `value` of a problem with a file, if it is safe to print. */
export function printableFile(file: string): { readonly value?: string } {
  return isFileName(file) ? { value: file } : {};
}

/** Returns the error code of a failed file operation, such as `ENOENT`; it does not contain the file name. */
export function errorCodeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException)?.code ?? 'unknown');
}
