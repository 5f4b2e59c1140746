/** Parses requests and describes why a request is refused. */

/** A valid request. */
export interface RerankRequest {
  readonly query: string;
  /** Documents to rank; passages of the corpus if absent. */
  readonly documents?: readonly string[];
  /** Number of results to return. */
  readonly top: number;
}

/** A refused request: HTTP status, short type for the metrics, message for the client. */
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
const maximumDocuments = 256;
const maximumQueryCharacters = 2_000;

/** Parses a request body. @throws {Refusal} if it is invalid. */
export function parseRerankRequest(body: string): RerankRequest {
  const { query, documents, top = defaultTop } = parseObject(body);
  if (typeof query !== 'string' || query.trim() === '' || query.length > maximumQueryCharacters) {
    throw new Refusal(400, 'invalid_query', `query must be a text of 1 to ${maximumQueryCharacters} characters`);
  }
  if (typeof top !== 'number' || !Number.isInteger(top) || top < 1) {
    throw new Refusal(400, 'invalid_top', 'top must be an integer above 0');
  }
  if (documents === undefined) return { query, top };
  if (!isTexts(documents) || documents.length === 0 || documents.length > maximumDocuments) {
    throw new Refusal(400, 'invalid_documents', `documents must be a list of 1 to ${maximumDocuments} texts`);
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
