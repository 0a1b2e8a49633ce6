/**
 * Which keys arrive in a starter guest, as its kernel numbers them (linux/input-event-codes.h): read from its keyboard's
 * device over the serial line, so that nothing between the browser and the guest is believed.
 */
import type { Login } from './world.ts';
import { openConsole, waitFor } from './world.ts';

/** Of one `struct input_event`: 16 bytes of time, then type, code and value. */
const EVENT = /^(?:\s+\d+){8}\s+1\s+(\d+)\s+(\d+)\s+\d+\s*$/;
const PRESSED = '1';
const RELEASED = '0';

/** The keyboard is the device whose name says so; od prints each event of 24 bytes as 12 numbers. */
const WATCH =
  'for i in /sys/class/input/event*; do grep -q "AT .* keyboard" $i/device/name && k=${i##*/}; done; echo WATCHING $k; od -v -An -t u2 -w24 /dev/input/$k\r';

export class GuestKeys implements Disposable {
  readonly #socket: WebSocket;
  #said = '';

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#said += Buffer.from(data as ArrayBuffer).toString('latin1');
    });
  }

  /** Logs in on the serial line, as soon as the guest is up. */
  static async open(login: Login, vmId: string): Promise<GuestKeys> {
    const keys = new GuestKeys(await openConsole(login, 'serial', vmId));
    const say = (text: string) => keys.#socket.send(new TextEncoder().encode(text));
    // getty begins anew when the guest gets its address: a name that is lost is said again.
    const nudge = setInterval(() => say(/login: *$/.test(keys.#said) ? 'root\r' : '\r'), 1000);
    await waitFor('root is logged in', async () => /root@.*# /.test(keys.#said), 180_000);
    clearInterval(nudge);
    say(WATCH);
    await waitFor('the keyboard is watched', async () => /^WATCHING event\d+/m.test(keys.#said));
    return keys;
  }

  /** Each key that went down or came up since the last `forget`: `30` and `-30`. */
  get all(): number[] {
    return this.#said.split(/\r?\n/).flatMap((line) => {
      const [, code, value] = EVENT.exec(line) ?? [];
      if (value !== PRESSED && value !== RELEASED) return [];
      return [value === PRESSED ? Number(code) : -Number(code)];
    });
  }

  get pressed(): number[] {
    return this.all.filter((code) => code > 0);
  }

  forget(): void {
    this.#said = '';
  }

  /** Until as many have been pressed; what they are is for the test to say. */
  async take(count: number): Promise<number[]> {
    await waitFor(`${count} keys have been pressed`, async () => this.pressed.length >= count, 30_000).catch(
      (error: unknown) => {
        throw new Error(`so far: ${this.pressed.join(' ')}`, { cause: error });
      },
    );
    return this.pressed;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
