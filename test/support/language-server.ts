/** Client of TypeScript's language server: texts that an editor shows, as a user of the built package sees them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Position in a text, both numbers counted from 0. */
interface Position {
  readonly line: number;
  readonly character: number;
}

/** Error that the compiler reports. */
export interface Diagnostic {
  /** Line of the code, counted from 0. */
  readonly line: number;
  readonly message: string;
}

/** Module that the language server has open. */
export interface OpenModule {
  /** Returns the hover text at the last character of `path`, which occurs first in the code. */
  hover(path: string): Promise<string>;
  /** Returns the errors of the code, in the order of their lines. */
  diagnostics(): Promise<Diagnostic[]>;
  /** Stops the language server and removes the module. */
  close(): void;
}

/** Opens `code` as a module beside the package, strict and with the default options of TypeScript otherwise. */
export async function openModule(code: string): Promise<OpenModule> {
  // Inside the repository, so that the package resolves by its own name.
  const folder = mkdtempSync(join(root, 'build', 'editor-'));
  const file = join(folder, 'module.ts');
  const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, types: ['node'], skipLibCheck: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(file, code);
  const child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { request, notify } = connect(child);
  const uri = pathToFileURL(file).href;
  const textDocument = { uri };
  await request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { hover: { contentFormat: ['markdown'] }, diagnostic: {} } },
  });
  notify('initialized', {});
  notify('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text: code } });
  return {
    async hover(path) {
      const index = code.indexOf(path);
      if (index < 0) throw new Error(`the code does not contain ${path}`);
      const hover = (await request('textDocument/hover', {
        textDocument,
        position: positionOf(code, index + path.length - 1),
      })) as { contents: { value: string } } | null;
      return hover?.contents.value ?? '';
    },
    async diagnostics() {
      const { items } = (await request('textDocument/diagnostic', { textDocument })) as {
        items: { message: string; range: { start: Position } }[];
      };
      return items
        .map(({ message, range }) => ({ line: range.start.line, message }))
        .sort((first, second) => first.line - second.line);
    },
    close() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function positionOf(code: string, index: number): Position {
  const lines = code.slice(0, index).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Speaks JSON-RPC with a child process, framed as in the Language Server Protocol. */
function connect(child: ChildProcess) {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let received = Buffer.alloc(0);
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const receive = (message: { id?: number; method?: string; result?: unknown; error?: { message: string } }) => {
    if (message.id === undefined) return;
    // The server asks for settings and registers capabilities: an empty answer keeps its defaults.
    if (message.method !== undefined) return send({ id: message.id, result: null });
    const caller = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) caller?.resolve(message.result);
    else caller?.reject(new Error(`language server: ${message.error.message}`));
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(received.toString('latin1'));
      const end = header === null ? Number.POSITIVE_INFINITY : header[0].length + Number(header[1]);
      if (header === null || received.length < end) return;
      const body = received.subarray(header[0].length, end).toString('utf8');
      received = received.subarray(end);
      receive(JSON.parse(body));
    }
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`language server: ended with ${code ?? signal}`));
    waiting.clear();
  });
  let nextId = 0;
  return {
    request(method: string, params: object): Promise<unknown> {
      nextId += 1;
      const id = nextId;
      const result = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      send({ id, method, params });
      return result;
    },
    notify: (method: string, params: object) => send({ method, params }),
  };
}
