/** What a client may ask for, and what it is told when it asks for something else. */

/** A request that was understood. */
export interface RerankRequest {
  readonly query: string;
  /** What to rank; passages of the corpus when absent. */
  readonly documents?: readonly string[];
  /** How many of the best to return. */
  readonly top: number;
}

/** A request that is refused: an HTTP status, a short type for the metrics, and a sentence for the client. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const defaultTop = 5;
const mostDocuments = 256;
const mostQueryCharacters = 2_000;

/** @throws {Refusal} */
export function parseRerankRequest(body: string): RerankRequest {
  const { query, documents, top = defaultTop } = parseObject(body);
  if (typeof query !== 'string' || query.trim() === '' || query.length > mostQueryCharacters) {
    throw new Refusal(400, 'invalid_query', `query must be a text of 1 to ${mostQueryCharacters} characters`);
  }
  if (typeof top !== 'number' || !Number.isInteger(top) || top < 1) {
    throw new Refusal(400, 'invalid_top', 'top must be a whole number above 0');
  }
  if (documents === undefined) return { query, top };
  if (!isTexts(documents) || documents.length === 0 || documents.length > mostDocuments) {
    throw new Refusal(400, 'invalid_documents', `documents must be a list of 1 to ${mostDocuments} texts`);
  }
  return { query, documents, top };
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'invalid_json', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'invalid_json', 'the body must be a JSON object such as {"query": "..."}');
  }
  return value as Record<string, unknown>;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
