// A QEMU guest under TCG for tests: its serial line to read and write, its screen, its keyboard and its buttons.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';

export interface GuestOptions {
  /** A folder of this guest alone, for its sockets. */
  readonly dir: string;
  readonly qemuArgs: readonly string[];
  readonly memoryMib?: number;
}

export class QemuGuest implements AsyncDisposable {
  readonly #dir: string;
  readonly #process: ChildProcess;
  readonly #serial: Socket;
  readonly #monitor: Socket;
  readonly #exited: Promise<number | null>;
  readonly #qmpReplies: ((reply: Record<string, unknown>) => void)[] = [];
  #serialText = '';
  #serialRead = 0;
  #onSerial: (() => void) | undefined;

  private constructor(dir: string, child: ChildProcess, serial: Socket, monitor: Socket) {
    this.#dir = dir;
    this.#process = child;
    this.#serial = serial;
    this.#monitor = monitor;
    this.#exited = new Promise((resolve) => void child.once('exit', (code) => resolve(code)));
    serial.setEncoding('utf8').on('data', (text: string) => {
      this.#serialText += text.replaceAll('\r', '');
      this.#onSerial?.();
    });
    serial.on('close', () => this.#onSerial?.());
    for (const socket of [serial, monitor]) socket.on('error', () => socket.destroy()); // QEMU has ended
    let line = '';
    monitor.setEncoding('utf8').on('data', (text: string) => {
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const each of lines) {
        const message = JSON.parse(each) as Record<string, unknown>; // QMP: one JSON object per line
        if ('return' in message || 'error' in message) this.#qmpReplies.shift()?.(message);
      }
    });
  }

  /** The guest does not run before both its sockets are connected, so no output is lost. */
  static async start(options: GuestOptions): Promise<QemuGuest> {
    const serialPath = join(options.dir, 'serial');
    const monitorPath = join(options.dir, 'monitor');
    const child = spawn(
      'qemu-system-x86_64',
      // prettier-ignore
      ['-nodefaults', '-accel', 'tcg', '-m', `${options.memoryMib ?? 192}`, '-display', 'none', '-vga', 'std', '-S',
        '-chardev', `socket,id=serial,path=${serialPath},server=on,wait=off`, '-serial', 'chardev:serial',
        '-qmp', `unix:${monitorPath},server=on,wait=off`, ...options.qemuArgs],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const serial = await connect(serialPath, child);
    const monitor = await connect(monitorPath, child);
    const guest = new QemuGuest(options.dir, child, serial, monitor);
    await guest.qmp('qmp_capabilities');
    await guest.qmp('cont');
    return guest;
  }

  async qmp(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const reply = new Promise<Record<string, unknown>>((resolve) => this.#qmpReplies.push(resolve));
    this.#monitor.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const { error, return: result } = await reply;
    if (error !== undefined) throw new Error(`QMP ${command}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Everything after what the last call matched, up to and with the match. */
  async waitForSerial(pattern: RegExp, timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const fresh = this.#serialText.slice(this.#serialRead);
      const match = pattern.exec(fresh);
      if (match !== null) {
        const end = match.index + match[0].length;
        this.#serialRead += end;
        return fresh.slice(0, end);
      }
      const left = deadline - Date.now();
      if (left <= 0 || this.#serial.closed) {
        throw new Error(
          `no ${String(pattern)} on the serial line${left > 0 ? ', the guest is gone' : ''}: ${fresh.slice(-2000)}`,
        );
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onSerial = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }

  typeOnSerial(text: string): void {
    this.#serial.write(text);
  }

  /** Presses keys by QEMU's names for them, such as a, ret, spc. */
  async pressKeys(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.qmp('send-key', { keys: [{ type: 'qcode', data: key }], 'hold-time': 40 });
    }
  }

  async screenPng(): Promise<Buffer> {
    const path = join(this.#dir, 'screen.png');
    await this.qmp('screendump', { filename: path, format: 'png' });
    return readFile(path);
  }

  /** Resolves to how long the guest took to end by itself. */
  async waitForExit(timeoutMs: number): Promise<number> {
    const start = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the guest still runs after ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([this.#exited, late]);
    } finally {
      clearTimeout(timer);
    }
    return Date.now() - start;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
    this.#serial.destroy();
    this.#monitor.destroy();
  }
}

async function connect(path: string, child: ChildProcess): Promise<Socket> {
  for (;;) {
    const socket = createConnection(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (cause) {
      if (child.exitCode !== null) throw new Error('QEMU did not start', { cause });
      await new Promise((resolve) => setTimeout(resolve, 20)); // QEMU has yet to make its socket
    }
  }
}
