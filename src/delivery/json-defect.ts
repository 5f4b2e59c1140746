/** Recognizes JSON that proxies and gateways answer with status 200 instead of the endpoint. */
import { reasonOf } from './reason.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the defect of a body that is JSON and not an answer of an endpoint, for `ResponseRules.defectOf`: JSON other than
 * an object, or an object that reports an error. Other unknown fields are no defect, because later versions of a protocol
 * may add fields. A body that is not JSON has no defect here.
 *
 * @param isAnswer reports whether an object has a field of the protocol: such an object has no defect.
 */
export function jsonDefect(body: Uint8Array, isAnswer: (fields: Fields) => boolean = () => false): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8').trim());
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return 'the response body is JSON that is not an object';
  }
  const fields = parsed as Fields;
  if (isAnswer(fields) || !reportsError(fields)) return undefined;
  return `the response reports an error: ${textOf(fields).slice(0, 120).trim()}`;
}

/** Recognizes `google.rpc.Status`, problem details (RFC 9457), OAuth errors (RFC 6749), and what frameworks send. */
function reportsError({ error, errors, success, ok, code, status, statusCode }: Fields): boolean {
  const hasError = ![error, errors].every(isEmpty);
  return hasError || success === false || ok === false || [code, status, statusCode].some(isFailure);
}

/** True for values of `error` in the answer of a success. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === '' || value === 0;
}

/** Reports whether a code is of an error: a number other than 0 and 2xx, or a word such as `UNAUTHENTICATED`. */
function isFailure(code: unknown): boolean {
  const isNumeric = typeof code === 'number' || (typeof code === 'string' && /^\d+$/.test(code));
  if (isNumeric) return Number(code) !== 0 && (Number(code) < 200 || Number(code) > 299);
  return typeof code === 'string' && /error|fail|denied|forbidden|invalid|unauth|expired|not.?found/i.test(code);
}

/** Returns the description of an error, or all its fields. */
function textOf(fields: Fields): string {
  const { error, errors, message, detail, error_description: description, title } = fields;
  const first = Array.isArray(errors) ? errors[0] : errors;
  const inner = [error, first].flatMap((each) =>
    typeof each === 'object' && each !== null ? Object.values(each) : [],
  );
  const texts = [description, message, detail, error, first, ...inner, title];
  return reasonOf(texts.find((text) => typeof text === 'string' && text !== '') ?? JSON.stringify(fields));
}
