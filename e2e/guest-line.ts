/** The serial line of a starter guest, with root logged in on it. */
import { type Login, openConsole, waitFor } from './world.ts';

export class GuestLine implements Disposable {
  readonly #socket: WebSocket;
  /** All that was heard since the last `forget`. */
  said = '';

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.said += Buffer.from(data as ArrayBuffer).toString('latin1');
    });
  }

  /** Logs in as soon as the guest is up. */
  static async open(login: Login, vmId: string): Promise<GuestLine> {
    const line = new GuestLine(await openConsole(login, 'serial', vmId));
    // getty begins anew when the guest gets its address: a name that is lost is said again.
    const nudge = setInterval(() => line.say(/login: *$/.test(line.said) ? 'root' : ''), 1000);
    await waitFor('root is logged in', async () => /root@.*# /.test(line.said), 180_000);
    clearInterval(nudge);
    return line;
  }

  say(command: string): void {
    this.#socket.send(new TextEncoder().encode(`${command}\r`));
  }

  forget(): void {
    this.said = '';
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
