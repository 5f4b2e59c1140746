/** The names of this process' servers, as clients write them in `Host`. Only configured names become attributes. */
import { otherValue } from '../../model/instrument.js';

/** Attributes of a server's name. */
export interface HostAttributes {
  readonly 'server.address'?: string;
  readonly 'server.port'?: number;
}

/** Configured host names by index. Index 0 stands for an unlisted name, or for any name when no names are configured. */
export class Hosts {
  readonly #indexes = new Map<string, number>();
  readonly #attributes: HostAttributes[];

  /** @param hostNames as in `Host`: with a port unless it is the default port of the scheme. */
  constructor(hostNames: readonly string[]) {
    this.#attributes = [hostNames.length === 0 ? {} : { 'server.address': otherValue }];
    for (const name of hostNames) {
      const [, address = name, port] = /^(.*?)(?::(\d+))?$/.exec(name.toLowerCase()) ?? [];
      this.#indexes.set(name.toLowerCase(), this.#attributes.length);
      this.#attributes.push({
        'server.address': address.replace(/^\[|\]$/g, ''),
        ...(port === undefined ? {} : { 'server.port': Number(port) }),
      });
    }
  }

  /** @param host the `Host` header of a request. */
  indexOf(host: string | undefined): number {
    if (host === undefined || this.#indexes.size === 0) return 0;
    return this.#indexes.get(host) ?? this.#indexes.get(host.toLowerCase()) ?? 0;
  }

  attributes(index: number, secure: boolean): HostAttributes {
    const attributes = this.#attributes[index] as HostAttributes;
    return index === 0 ? attributes : { 'server.port': secure ? 443 : 80, ...attributes };
  }
}
