/**
 * Text for a guest's clipboard, said to QEMU's VNC server by the extended clipboard (type 6 with a negative length). Not by
 * noVNC's clipboardPasteFrom: QEMU hands the guest what it gets as it is, and noVNC makes each line end with CRLF and the
 * text with a NUL, which the guest's programs would see.
 */
import { type KeySender, press } from './type-text.ts';

const CUT_TEXT = 6;
const TEXT_NOTIFY = 0x08_00_00_01;
const TEXT_PROVIDE = 0x10_00_00_01;

/** QEMU takes a MiB with what is around it, and drops more without a word. */
export const CLIPBOARD_MAX_BYTES = 1_000_000;

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Tells the guest that there is text, and at once which: it is there whenever the guest asks for it. */
export async function putOnClipboard(socket: Pick<WebSocket, 'send'>, text: string): Promise<void> {
  const bytes = bytesOf(text);
  const content = new Uint8Array(4 + bytes.length);
  new DataView(content.buffer).setUint32(0, bytes.length);
  content.set(bytes, 4);
  const deflated = await deflate(content);
  socket.send(cutText(TEXT_NOTIFY, new Uint8Array(0)));
  socket.send(cutText(TEXT_PROVIDE, deflated));
}

function cutText(flags: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(12 + content.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, CUT_TEXT);
  view.setInt32(4, -(4 + content.length));
  view.setUint32(8, flags);
  message.set(content, 12);
  return message;
}

/** As zlib has it. */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The guest's desktop has taken the text over by then, or the pasting program has fetched it: neither says so. */
const SETTLE_MS = 300;

interface Pasting {
  readonly put: (text: string) => Promise<void>;
  readonly sender: KeySender;
  readonly signal: AbortSignal;
}

/** Over when another text may follow. */
export async function pasteText(text: string, { put, sender, signal }: Pasting): Promise<void> {
  if (signal.aborted) return;
  await put(text);
  await settled();
  if (signal.aborted) return;
  press(sender, { code: 'KeyV', keysym: 0x76, modifiers: ['ControlLeft'] });
  await settled();
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
