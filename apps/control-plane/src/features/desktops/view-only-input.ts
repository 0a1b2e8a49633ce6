/**
 * What a viewer who only watches may say to a VNC server (RFC 6143, 7.5): which pixels, in which encodings, and "send me
 * the next picture". Keys, pointer, clipboard, another screen size and everything else are taken out of the stream,
 * whatever the page in the browser believes. The handshake is said by us: a viewer who asked for the screen for itself
 * alone would throw all others out. Nor may it name the extended clipboard among its encodings: QEMU hands what the guest
 * copies to whoever does, and to nobody else.
 */
const VERSION = 'RFB 003.008\n';
const NO_AUTHENTICATION = 1;
const SHARED = 1;
const HANDSHAKE_BYTES = VERSION.length + 2;
const SET_ENCODINGS = 2;
const EXTENDED_CLIPBOARD = 0xc0_a1_e5_ce;

/** Bytes of a message that must be there before its length is known, and the length. */
interface Message {
  readonly head: number;
  readonly length: (head: Buffer) => number;
  readonly isAllowed?: true;
}

const fixed = (length: number): Message => ({ head: 1, length: () => length });
const allowed = (message: Message): Message => ({ ...message, isAllowed: true });

const messages: Readonly<Record<number, Message>> = {
  /** SetPixelFormat */
  0: allowed(fixed(20)),
  /** SetEncodings */
  [SET_ENCODINGS]: allowed({ head: 4, length: (head) => 4 + 4 * head.readUInt16BE(2) }),
  /** FramebufferUpdateRequest */
  3: allowed(fixed(10)),
  /** KeyEvent */
  4: fixed(8),
  /** PointerEvent; one byte more where its mask says so (ExtendedMouseButtons). */
  5: { head: 2, length: (head) => (head.readUInt8(1) & 0x80 ? 7 : 6) },
  /** ClientCutText; a negative length is that of an extended one. */
  6: { head: 8, length: (head) => 8 + Math.abs(head.readInt32BE(4)) },
  /** EnableContinuousUpdates */
  150: fixed(10),
  /** ClientFence */
  248: { head: 9, length: (head) => 9 + head.readUInt8(8) },
  /** xvp: power */
  250: fixed(4),
  /** SetDesktopSize */
  251: { head: 8, length: (head) => 8 + 16 * head.readUInt8(6) },
  /** QEMU: keys by scan code, and sound. */
  255: { head: 4, length: lengthOfQemuMessage },
};

function lengthOfQemuMessage(head: Buffer): number {
  const isKey = head.readUInt8(1) === 0;
  const isSoundFormat = head.readUInt8(1) === 1 && head.readUInt16BE(2) === 2;
  return isKey ? 12 : isSoundFormat ? 10 : 4;
}

/** Nothing that a watcher's page sends is nearly as long; pasted text is thrown away as it comes. */
const HELD_MAX = 64 * 1024 * 4 + 8;

export class NotRfbError extends Error {
  override readonly name = 'NotRfbError';
}

export class ViewOnlyInput {
  #held: Buffer = Buffer.alloc(0);
  #handshakeLeft = HANDSHAKE_BYTES;
  /** Bytes of a refused message that are still to come. */
  #refusedLeft = 0;

  /** The part of it that may go on to the VM. Throws NotRfbError if it cannot be told where the next message begins. */
  take(bytes: Buffer): Buffer {
    const passed: Buffer[] = [];
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    rest = this.#takeHandshake(rest, passed);
    for (;;) {
      const refused = Math.min(this.#refusedLeft, rest.length);
      this.#refusedLeft -= refused;
      rest = rest.subarray(refused);
      const length = lengthOf(rest);
      if (length === null) break;
      if (!messages[rest.readUInt8(0)]?.isAllowed) this.#refusedLeft = length;
      else if (rest.length < length) break;
      else {
        passed.push(withoutClipboard(rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
    }
    if (rest.length > HELD_MAX) throw new NotRfbError('a message without an end');
    this.#held = rest;
    return Buffer.concat(passed);
  }

  /** Byte for byte what a viewer of version 3.8 says who lets others watch too. */
  #takeHandshake(bytes: Buffer, passed: Buffer[]): Buffer {
    const count = Math.min(this.#handshakeLeft, bytes.length);
    const done = HANDSHAKE_BYTES - this.#handshakeLeft;
    this.#handshakeLeft -= count;
    passed.push(HANDSHAKE.subarray(done, done + count));
    return bytes.subarray(count);
  }
}

const HANDSHAKE = Buffer.concat([Buffer.from(VERSION), Buffer.of(NO_AUTHENTICATION, SHARED)]);

function withoutClipboard(message: Buffer): Buffer {
  if (message.readUInt8(0) !== SET_ENCODINGS) return message;
  const head = Buffer.from(message.subarray(0, 4));
  const kept: Buffer[] = [];
  for (let at = head.length; at < message.length; at += 4)
    if (message.readUInt32BE(at) !== EXTENDED_CLIPBOARD) kept.push(message.subarray(at, at + 4));
  head.writeUInt16BE(kept.length, 2);
  return Buffer.concat([head, ...kept]);
}

/** Of the message that begins here; null: not enough of it is there to tell. */
function lengthOf(bytes: Buffer): number | null {
  if (bytes.length === 0) return null;
  const message = messages[bytes.readUInt8(0)];
  if (!message) throw new NotRfbError(`message type ${bytes.readUInt8(0)}`);
  return bytes.length < message.head ? null : message.length(bytes);
}
