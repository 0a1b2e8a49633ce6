/**
 * Which keys arrive in a starter guest, as its kernel numbers them (linux/input-event-codes.h): read from its keyboard's
 * device over the serial line, so that nothing between the browser and the guest is believed.
 */
import { GuestLine } from './guest-line.ts';
import { type Login, waitFor } from './world.ts';

/** Of one `struct input_event`: 16 bytes of time, then type, code and value. */
const EVENT = /^(?:\s+\d+){8}\s+1\s+(\d+)\s+(\d+)\s+\d+\s*$/;
const PRESSED = '1';
const RELEASED = '0';

/** The keyboard is the device whose name says so; od prints each event of 24 bytes as 12 numbers. */
const WATCH =
  'for i in /sys/class/input/event*; do grep -q "AT .* keyboard" $i/device/name && k=${i##*/}; done; echo WATCHING $k; od -v -An -t u2 -w24 /dev/input/$k &';

export class GuestKeys implements Disposable {
  readonly line: GuestLine;

  private constructor(line: GuestLine) {
    this.line = line;
  }

  static async open(login: Login, vmId: string): Promise<GuestKeys> {
    const line = await GuestLine.open(login, vmId);
    line.say(WATCH);
    await waitFor('the keyboard is watched', async () => /^WATCHING event\d+/m.test(line.said));
    return new GuestKeys(line);
  }

  /** Each key that went down or came up since the last `forget`: `30` and `-30`. */
  get all(): number[] {
    return this.line.said.split(/\r?\n/).flatMap((line) => {
      const [, code, value] = EVENT.exec(line) ?? [];
      if (value !== PRESSED && value !== RELEASED) return [];
      return [value === PRESSED ? Number(code) : -Number(code)];
    });
  }

  get pressed(): number[] {
    return this.all.filter((code) => code > 0);
  }

  forget(): void {
    this.line.forget();
  }

  /** Until as many have been pressed, and all are up again; what they are is for the test to say. */
  async take(count: number): Promise<number[]> {
    const isOver = async () => this.pressed.length >= count && this.all.length === 2 * this.pressed.length;
    await waitFor(`${count} keys have been pressed`, isOver, 30_000).catch((error: unknown) => {
      throw new Error(`so far: ${this.pressed.join(' ')}`, { cause: error });
    });
    return this.pressed;
  }

  [Symbol.dispose](): void {
    this.line[Symbol.dispose]();
  }
}
