/** Programs in which an optional package is not installed. */

/** Returns the URL of a module with this source. */
const moduleUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;

/** Returns the arguments of a program whose imports are resolved by `hooks`, the source of a module of loader hooks. */
export function withHooks(hooks: string): string[] {
  const register = `import { register } from 'node:module'; register(${JSON.stringify(moduleUrl(hooks))});`;
  return ['--import', moduleUrl(register)];
}

/**
 * Returns the arguments of a program that cannot import a package.
 *
 * @param code expression in the program: the code of the error.
 */
export function withoutPackage(name: string, code = "'ERR_MODULE_NOT_FOUND'"): string[] {
  return withHooks(`
    export const resolve = (specifier, context, next) => {
      if (specifier !== '${name}') return next(specifier, context);
      throw Object.assign(new Error('Cannot find package'), { code: ${code} });
    };`);
}
