/** The names that the servers of this process are called by, of which only those that were listed are told. */
import { otherValue } from '../../model/instrument.js';

/** Attributes of a server's name. */
export interface HostAttributes {
  readonly 'server.address'?: string;
  readonly 'server.port'?: number;
}

/** Names by number: 0 where none are listed, or for one that is not. */
export class Hosts {
  readonly #numbers = new Map<string, number>();
  readonly #attributes: HostAttributes[];

  /** @param names as in `Host`: with a port where it is not that of the scheme. */
  constructor(names: readonly string[]) {
    this.#attributes = [names.length === 0 ? {} : { 'server.address': otherValue }];
    for (const name of names) {
      const [, address = name, port] = /^(.*?)(?::(\d+))?$/.exec(name.toLowerCase()) ?? [];
      this.#numbers.set(name.toLowerCase(), this.#attributes.length);
      this.#attributes.push({
        'server.address': address.replace(/^\[|\]$/g, ''),
        ...(port === undefined ? {} : { 'server.port': Number(port) }),
      });
    }
  }

  /** @param host the header of a request. */
  number(host: string | undefined): number {
    if (host === undefined || this.#numbers.size === 0) return 0;
    return this.#numbers.get(host) ?? this.#numbers.get(host.toLowerCase()) ?? 0;
  }

  attributes(number: number, secure: boolean): HostAttributes {
    const attributes = this.#attributes[number] as HostAttributes;
    return number === 0 ? attributes : { 'server.port': secure ? 443 : 80, ...attributes };
  }
}
