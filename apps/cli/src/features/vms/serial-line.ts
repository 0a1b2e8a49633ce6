/** Bytes between a terminal and a VM's serial line, as they are. Ctrl-] leaves, as in virsh and telnet. */
import type { Io } from '../../app/io.ts';

const ESCAPE = 0x1d;
const NORMAL_CLOSURE = 1000;
/** Bytes that LouCloud may leave unread before the terminal is paused. */
const BUFFER_MAX = 64 * 1024;

export type Ending =
  | { readonly kind: 'never_opened' }
  | { readonly kind: 'left' }
  | { readonly kind: 'closed'; readonly code: number };

/** Until either side ends it. A standard input that ends is only an end of typing: what the VM says still comes. */
export async function serialLine(
  socket: WebSocket,
  { stdin, stdout }: Io,
  onOpen: () => void,
): Promise<Ending> {
  socket.binaryType = 'arraybuffer';
  const isTerminal = stdin.isTTY === true;
  let isOpen = false;
  let hasLeft = false;

  const leave = () => {
    hasLeft = true;
    socket.close(NORMAL_CLOSURE);
  };
  const onTyped = (bytes: Buffer) => {
    const escape = isTerminal ? bytes.indexOf(ESCAPE) : -1;
    const typed = escape < 0 ? bytes : bytes.subarray(0, escape);
    if (typed.length > 0 && socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(typed));
    if (escape >= 0) return leave();
    if (socket.bufferedAmount > BUFFER_MAX) void pauseUntilSent();
  };
  const pauseUntilSent = async () => {
    stdin.pause();
    while (socket.bufferedAmount > 0 && socket.readyState === WebSocket.OPEN) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    stdin.resume();
  };

  try {
    return await new Promise<Ending>((resolve) => {
      socket.addEventListener('open', () => {
        isOpen = true;
        onOpen();
        if (isTerminal) stdin.setRawMode?.(true);
        stdin.on('data', onTyped);
      });
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
        stdout.write(typeof data === 'string' ? data : new Uint8Array(data));
      });
      socket.addEventListener('close', ({ code }) => {
        if (!isOpen) return resolve({ kind: 'never_opened' });
        resolve(hasLeft ? { kind: 'left' } : { kind: 'closed', code });
      });
      // A close always follows an error, and says more.
      socket.addEventListener('error', () => {});
    });
  } finally {
    stdin.removeListener('data', onTyped);
    if (isTerminal) stdin.setRawMode?.(false);
    stdin.pause();
  }
}
