/**
 * A channel of an SSH connection as a Duplex that keeps Node's promises: ssh2's own emits no "close" while nobody reads,
 * and goes on after `destroy` until the server agrees.
 */
import { Duplex } from 'node:stream';
import type { Channel } from 'ssh2';

export class SshChannel extends Duplex {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.push(null));
    // What came before the end is still to be read.
    channel.on('close', () => {
      if (this.readableEnded) this.destroy();
      else this.once('end', () => this.destroy());
    });
    channel.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#channel.resume();
  }

  /** Done when the channel needs the bytes no more: it keeps them while the other side has no room for them. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.destroy();
    // So that its end arrives, and ssh2 forgets it.
    this.#channel.resume();
    done(error);
  }
}
