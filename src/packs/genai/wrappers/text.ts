/** Text of requests and responses, from which tokens are estimated. */

/** Members that hold text, or parts that hold text. */
const textMembers: readonly string[] = [
  'system',
  'instructions',
  'messages',
  'message',
  'prompt',
  'input',
  'tools',
  'content',
  'text',
  'thinking',
  'reasoning',
  'reasoning_content',
  'refusal',
  'tool_calls',
  'function',
  'name',
  'description',
  'arguments',
  'partial_json',
  'output',
];
/** Members with JSON, which models read as text. */
const jsonMembers: readonly string[] = ['parameters', 'input_schema'];
/** Members whose tokens do not follow from a text, such as images and earlier responses. */
const opaqueMembers: readonly string[] = [
  'image_url',
  'video_url',
  'input_audio',
  'audio',
  'source',
  'file',
  'file_id',
  'previous_response_id',
  'conversation',
];
const maxDepth = 8;

/** Returns the text in a request or a response; `undefined` if it also contains something else, such as an image. */
export function textIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object' || depth > maxDepth) return undefined;
  const parts = Array.isArray(value)
    ? value.map((part) => textIn(part, depth + 1))
    : Object.entries(value).map(([name, part]) => memberText(name, part, depth));
  return parts.includes(undefined) ? undefined : parts.join('');
}

function memberText(name: string, value: unknown, depth: number): string | undefined {
  if (opaqueMembers.includes(name) && value !== null && value !== undefined) return undefined;
  if (jsonMembers.includes(name)) return JSON.stringify(value);
  // The arguments of a tool call are JSON in some formats, and an object in others.
  if (name === 'input' && depth > 0 && typeof value === 'object') return JSON.stringify(value);
  return textMembers.includes(name) ? textIn(value, depth + 1) : '';
}
