/** Runs commands in a real terminal, a pane of tmux. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A shell in a pane, which runs a command and then prints its exit code and the settings of the terminal. */
export interface Pane {
  /** Presses keys by their names in tmux. */
  press(...keys: readonly string[]): void;
  /** Types text. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Sends a signal to the command. */
  signal(name: NodeJS.Signals): void;
  /** Returns the text on the screen. */
  text(): string;
  /** Waits until the screen matches all patterns. */
  shows(...patterns: readonly RegExp[]): Promise<void>;
  /** Returns the modes of the terminal. */
  modes(): { readonly alternateScreen: boolean; readonly cursor: boolean; readonly wrap: boolean };
  stop(): void;
}

/** Starts a command in a pane. @param command a program and its arguments, without single quotes. */
export function startPane(
  bin: string,
  command: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Pane {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-tmux-'));
  const [socket, pidFile, script] = ['socket', 'pid', 'run.sh'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const quoted = command.map((part) => `'${part}'`).join(' ');
  writeFileSync(
    script,
    [`sh -c 'echo $$ >"$0"; exec "$@"' '${pidFile}' ${quoted}`, 'echo "ended with $?"', 'stty -a', 'exec cat'].join(
      '\n',
    ),
  );
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, LC_ALL: 'C.UTF-8' };
  const tmux = (...args: readonly string[]) =>
    execFileSync(bin, ['-S', socket, '-f', '/dev/null', ...args], { env, encoding: 'utf8' });
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux('new-session', '-d', ...size, '-c', process.cwd(), `exec sh ${script}`);
  const text = () => tmux('capture-pane', '-p');
  return {
    press: (...keys) => void tmux('send-keys', ...keys),
    type: (typed) => void tmux('send-keys', '-l', typed),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    signal: (name) => void process.kill(Number(readFileSync(pidFile, 'utf8')), name),
    text,
    async shows(...patterns) {
      await vi.waitFor(
        () => {
          const screen = text();
          const missing = patterns.filter((pattern) => !pattern.test(screen));
          if (missing.length > 0) throw new Error(`the screen does not match ${missing.join(', ')}:\n${screen}`);
        },
        { timeout: 20_000, interval: 50 },
      );
    },
    modes() {
      const flags = tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}').trim().split(' ');
      const [alternateScreen, cursor, wrap] = flags.map((flag) => flag === '1');
      return { alternateScreen: alternateScreen === true, cursor: cursor === true, wrap: wrap === true };
    },
    stop() {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
