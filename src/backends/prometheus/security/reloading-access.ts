/** Access control that follows the users of a web configuration file. */
import { type Problem, renderProblem } from '../../../errors.js';
import type { AccessControl } from './access-control.js';
import type { FileChanges } from './file-changes.js';

/** The file and its current state. */
export interface ReloadingAccessOptions {
  /** Access control for the current contents; `undefined` when they require nothing. */
  readonly initial: AccessControl | undefined;
  readonly changes: FileChanges;
  /** Name of the option with the name of the file. */
  readonly where: string;
  /** Reads the file again; returns its problems when it is invalid. */
  reload(): { readonly access: AccessControl | undefined } | { readonly problems: readonly Problem[] };
  warn(message: string): void;
}

/**
 * Creates access control that reloads the file when it changes.
 *
 * An invalid file leaves the previous users in effect; each problem is logged once. So does a file without users: only a
 * restart removes authentication from a protected endpoint.
 */
export function createReloadingAccess({
  initial,
  changes,
  where,
  reload,
  warn,
}: ReloadingAccessOptions): AccessControl {
  let current = initial;
  /** Logged problems of the current file. While there are any, every check reads the file again. */
  const warned = new Set<string>();

  function update(): void {
    const result = reload();
    const problems = 'problems' in result ? result.problems : problemsOfRemoval(result.access);
    if ('access' in result && problems.length === 0) {
      current = result.access;
      warned.clear();
      return;
    }
    for (const message of problems.map(renderProblem)) {
      if (warned.has(message)) continue;
      warned.add(message);
      warn(`prometheus: users were not reloaded: ${message}; the previous ones stay in effect`);
    }
  }

  function problemsOfRemoval(replacement: AccessControl | undefined): readonly Problem[] {
    if (replacement !== undefined || current === undefined) return [];
    return [{ where, expected: 'users, because the file had users at startup' }];
  }

  return {
    get challenges() {
      return current?.challenges ?? [];
    },
    async decide(request) {
      const change = await changes.check();
      if (change === 'changed' || (change === 'unchanged' && warned.size > 0)) update();
      return current === undefined ? 'admitted' : current.decide(request);
    },
  };
}
