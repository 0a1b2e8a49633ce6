/** Questions at a terminal. A password is never shown, and never taken from the command line. */
import { createInterface } from 'node:readline/promises';
import { StringDecoder } from 'node:string_decoder';
import { Exit } from './failures.ts';
import type { Io } from './io.ts';

const INTERRUPTED = 130;

/** What was typed on one line. */
export async function askLine({ stdin, stderr }: Io, prompt: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: stdin.isTTY === true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => lines.close());
      lines.question(prompt).then(resolve, reject);
      // Closed before an answer: Ctrl-C or Ctrl-D.
      lines.once('close', () => reject(new Exit(INTERRUPTED)));
    });
  } finally {
    lines.close();
  }
}

/** What was typed, unseen. Backspace and Ctrl-U work; Ctrl-C and Ctrl-D end the command. */
export async function askSecret({ stdin, stderr }: Io, prompt: string): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed: readonly string[] = [];
  const onEnd = () => reject(new Exit(INTERRUPTED));
  const onData = (bytes: Buffer) => {
    for (const character of decoder.write(bytes)) {
      if (character === '\r' || character === '\n') return resolve(typed.join(''));
      if (character === '\u0003' || character === '\u0004') return onEnd();
      if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
      else if (character === '\u0015') typed = [];
      else if (character >= ' ') typed = [...typed, character];
    }
  };
  stdin.setRawMode?.(true);
  stderr.write(prompt);
  stdin.on('data', onData).once('end', onEnd);
  stdin.resume();
  try {
    return await promise;
  } finally {
    stdin.removeListener('data', onData).removeListener('end', onEnd);
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** The lines of the standard input. */
export async function readLines({ stdin }: Io): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer | string));
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/);
}

export async function readFirstLine(io: Io): Promise<string> {
  const [line = ''] = await readLines(io);
  return line;
}
