/** Limits of instruments and scopes, for programs that create them per request: each would stay for the life of the process. */
import { fitBefore } from '../errors/fit.js';
import { diag } from '../model/diag.js';
import { defaultCreationLimits as defaults, selfScope } from '../model/instrument.js';
import { quoted } from './message-labels.js';
import type { RejectionLog } from './rejections.js';

/** Maximum numbers, of 1 or more; beyond them, instruments record nothing. */
export interface CreationLimits {
  /** 10,000 by default. */
  readonly maxInstruments?: number | undefined;
  /** 1,000 by default. */
  readonly maxScopes?: number | undefined;
}

/** Option of each limit, and its reason in the rejection counts. */
const limited = {
  instruments: { reason: 'instrument_overflow', option: 'maxInstruments' },
  scopes: { reason: 'scope_overflow', option: 'maxScopes' },
} as const;

/** CreationCheck admits new instruments and scopes up to the limits. It counts what it refuses, and logs it once. */
export class CreationCheck {
  #limits: { readonly [L in keyof CreationLimits]-?: number } = defaults;
  readonly #log: RejectionLog;
  readonly #warned = new Set<string>();

  constructor(log: RejectionLog) {
    this.#log = log;
  }

  /**
   * Sets the limits that are given, and the defaults for all others.
   *
   * @throws {RangeError} if a limit is not an integer of 1 or more.
   */
  set limits({ maxInstruments = defaults.maxInstruments, maxScopes = defaults.maxScopes }: CreationLimits) {
    for (const [option, limit] of Object.entries({ maxInstruments, maxScopes })) {
      if (!Number.isInteger(limit) || limit < 1)
        throw new RangeError(`MeterProvider: ${option}: got ${limit}, expected an integer of 1 or more`);
    }
    this.#limits = { maxInstruments, maxScopes };
  }

  /**
   * Reports whether one more may be created.
   *
   * @param scope name of the scope; that of the self-metrics is always admitted.
   * @param existing names of the existing ones, read only for the message.
   */
  admits(what: keyof typeof limited, scope: string, count: number, existing: () => Iterable<string>): boolean {
    const { reason, option } = limited[what];
    const limit = this.#limits[option];
    if (count < limit || scope === selfScope) return true;
    this.#log.counts[reason]++;
    if (!this.#warned.has(reason)) {
      this.#warned.add(reason);
      const { pattern, matches } = mostCommonPattern(existing());
      const { exportedAs } = this.#log;
      const counted = exportedAs === undefined ? '' : `counted as ${reason}; `;
      diag.warn(
        fitBefore(
          `; new ${what} record nothing: record the part that varies as an attribute; ${counted}logged once`,
        )`limit of ${limit} ${what} reached (${option}): ${matches} have names like ${quoted(pattern)}`,
      );
    }
    return false;
  }
}

/** Returns the pattern that most names match: names whose numbers, or one of whose parts, are replaced by `*`. */
export function mostCommonPattern(names: Iterable<string>): { pattern: string; matches: number } {
  const counts = new Map<string, number>();
  for (const name of names) {
    for (const pattern of patternsOf(name)) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  let most = { pattern: '*', matches: 0 };
  for (const [pattern, matches] of counts) if (matches > most.matches) most = { pattern, matches };
  return most;
}

/** The pattern without numbers first, because it is the most specific one. */
function patternsOf(name: string): ReadonlySet<string> {
  const withoutNumbers = name.replace(/[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+/gi, '*');
  const parts = withoutNumbers.split(/([._/-])/);
  const patterns = parts.map((part, index) =>
    /^[._/-]?$/.test(part) ? withoutNumbers : parts.with(index, '*').join(''),
  );
  return new Set([withoutNumbers, ...patterns]);
}
