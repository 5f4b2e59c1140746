/** The option `host`: a host name or an address, and messages about what often surrounds it in other settings. */
import { type DescribedValue, type Option, textOption, type ValueSource } from '../../options/option.js';
import { redactEndpoint } from '../../options/url.js';

const addressV6 = /^(?:\[[\da-f.]*(?::[\da-f.]*){2,}(?:%[\w.-]+)?\]|[\da-f.]*(?::[\da-f.]*){2,}(?:%[\w.-]+)?)$/i;
const nameOrAddress = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
/** A port in place of a host. Node would listen on an address that its digits encode, such as 0.0.36.248 for 9464. */
const onlyPort = /^[1-9]\d+$/;

/** Declares a host to listen on. A port, a scheme, a path, quotes and blanks are invalid, and messages name them. */
export function hostOption(
  declaration: Parameters<typeof textOption<string>>[0] & { readonly portVariable: string },
): Option<string> {
  const { portVariable, ...text } = declaration;
  return {
    ...textOption<string>(text),
    expected: 'a host name or address',
    parse: (raw) => (isHost(raw) ? raw : undefined),
    accepts: isHost,
    describe: (value, source) => describeHost(value, source, portVariable),
  };
}

function isHost(value: unknown): value is string {
  return typeof value === 'string' && (addressV6.test(value) || (nameOrAddress.test(value) && !onlyPort.test(value)));
}

/** Parts of a text in place of a host. */
const parts =
  /^(?<scheme>(?:[a-z][a-z\d+.-]*)?:?\/\/)?(?<user>.*@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?<port>:\d+)?(?<path>[/?#].*)?$/is;

function describeHost(value: unknown, { variable }: ValueSource, portVariable: string): DescribedValue {
  if (typeof value !== 'string') return { value };
  // A URL may hold a password or a token.
  const shown = /[@?#]/.test(value) ? redactEndpoint(value) : value;
  const text = value.replace(/["'`\s]/g, '');
  const { scheme, user, host = '', port: afterHost, path } = parts.exec(text)?.groups ?? {};
  const port = onlyPort.test(host) ? host : afterHost?.slice(1);
  const name = host === '' || port === host ? 'localhost' : host;
  const found = [
    ...(/["'`]/.test(value) ? ['quotes'] : []),
    ...(/\s/.test(value) ? ['blanks'] : []),
    ...(scheme === undefined ? [] : ['scheme']),
    ...(user === undefined ? [] : ['user']),
    ...(port === undefined ? [] : ['port']),
    ...(path === undefined ? [] : ['path']),
  ];
  if (!isHost(name) || found.length === 0) return { value: shown };
  const assignment = variable === undefined ? `port: ${port}` : `${portVariable}=${port}`;
  const withPort = port === undefined ? '' : ` with ${assignment}`;
  return { value: shown, expected: `a host without ${found.join(', ')}: ${name}${withPort}` };
}
