/**
 * A guest's clipboard agent: the other side of what the desktop page does, in spice's vdagent protocol. The guest only
 * passes on the bytes of its port, as octal escapes one way and hexadecimal lines the other, over its serial line.
 */
import type { GuestLine } from './guest-line.ts';
import { waitFor } from './world.ts';

const MESSAGE = { clipboard: 4, capabilities: 6, grab: 7, request: 8 } as const;
/** CLIPBOARD_BY_DEMAND and CLIPBOARD_SELECTION. */
const CAPABILITIES = (1 << 5) | (1 << 6);
const CLIENT_PORT = 1;
const PROTOCOL = 1;
const SELECTION_CLIPBOARD = 0;
const UTF8_TEXT = 1;
const CHUNK_HEAD_BYTES = 8;
const HEAD_BYTES = 20;

/** The port is the one of that name; od prints each byte on a line of its own. */
const OPEN =
  'for p in /sys/class/virtio-ports/*; do grep -qx com.redhat.spice.0 $p/name && v=/dev/${p##*/}; done; exec 3<>$v && echo OPENED $v; od -v -An -t x1 -w1 <&3 &';

interface Message {
  readonly type: number;
  readonly data: Buffer;
}

export class GuestAgent {
  readonly #line: GuestLine;

  private constructor(line: GuestLine) {
    this.#line = line;
  }

  static async start(line: GuestLine): Promise<GuestAgent> {
    line.forget();
    line.say(OPEN);
    await waitFor('the agent’s port is open', async () => /^OPENED \/dev\/vport/m.test(line.said));
    const agent = new GuestAgent(line);
    agent.#send(MESSAGE.capabilities, words(1, CAPABILITIES));
    await agent.#heard(MESSAGE.capabilities);
    return agent;
  }

  /** What is on the clipboard since the last `forget` of the line, as a program in the guest would get it. */
  async paste(): Promise<string> {
    assertText(await this.#heard(MESSAGE.grab));
    this.#send(MESSAGE.request, words(SELECTION_CLIPBOARD, UTF8_TEXT));
    return assertText(await this.#heard(MESSAGE.clipboard)).toString();
  }

  /** Has it on the clipboard, for whoever asks. */
  async copy(text: string): Promise<void> {
    this.#send(MESSAGE.grab, words(SELECTION_CLIPBOARD, UTF8_TEXT));
    assertText(await this.#heard(MESSAGE.request));
    const data = Buffer.concat([words(SELECTION_CLIPBOARD, UTF8_TEXT), Buffer.from(text)]);
    this.#send(MESSAGE.clipboard, data);
  }

  #send(type: number, data: Buffer): void {
    const opaque = words(0, 0);
    const message = Buffer.concat([words(PROTOCOL, type), opaque, words(data.length), data]);
    const bytes = [...words(CLIENT_PORT, message.length), ...message];
    const escaped = bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    this.#line.say(`printf '${escaped}' >&3`);
  }

  #heard(type: number): Promise<Buffer> {
    const heard = waitFor(
      `the agent hears message ${type}`,
      async () => {
        const found = messagesIn(bytesIn(this.#line.said)).findLast((message) => message.type === type);
        return found?.data ?? null;
      },
      30_000,
    );
    return heard.catch((error: unknown) => {
      throw new Error(`the line says ${JSON.stringify(this.#line.said)}`, { cause: error });
    });
  }
}

const words = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

/** The first may stand behind the shell's prompt. */
const bytesIn = (said: string): Buffer =>
  Buffer.from((said.match(/(?<= )[0-9a-f]{2}(?=\r?$)/gm) ?? []).join(''), 'hex');

/** Whole ones; a long one comes in several chunks. */
function messagesIn(bytes: Buffer): Message[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at + CHUNK_HEAD_BYTES <= bytes.length;) {
    const end = at + CHUNK_HEAD_BYTES + bytes.readUInt32LE(at + 4);
    chunks.push(bytes.subarray(at + CHUNK_HEAD_BYTES, end));
    at = end;
  }
  const stream = Buffer.concat(chunks);
  const messages: Message[] = [];
  for (let at = 0; at + HEAD_BYTES <= stream.length;) {
    const end = at + HEAD_BYTES + stream.readUInt32LE(at + 16);
    if (end > stream.length) break;
    messages.push({ type: stream.readUInt32LE(at + 4), data: stream.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return messages;
}

/** Of a message that says first which selection, then which type: what comes behind. */
function assertText(data: Buffer): Buffer {
  const [selection, type] = [data.readUInt8(0), data.readUInt32LE(4)];
  if (selection !== SELECTION_CLIPBOARD || type !== UTF8_TEXT)
    throw new Error(`not text of the clipboard: selection ${selection}, type ${type}`);
  return data.subarray(8);
}
