/**
 * A screen that has been opened over TLS, as the viewer in the browser knows screens: RFB 3.8 without a password. The
 * greeting that the driver has had with QEMU is had with the viewer again, here; from then on bytes pass.
 */
import { Duplex } from 'node:stream';

const RFB_VERSION = 'RFB 003.008\n';
const NO_PASSWORD = 1;
const SECURITY_OK = Buffer.alloc(4);

export class PlainScreen extends Duplex {
  readonly #secured: Duplex;
  /** What the viewer has said of its greeting: a version and a choice. */
  #greeting: Buffer | null = Buffer.alloc(0);

  constructor(secured: Duplex) {
    super();
    this.#secured = secured;
    secured.on('error', (error) => this.destroy(error));
    secured.on('end', () => this.push(null));
    secured.on('close', () => this.destroy());
    this.push(RFB_VERSION);
  }

  override _read(): void {
    if (this.#greeting === null) this.#secured.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const rest = this.#greeting === null ? chunk : this.#greet(Buffer.concat([this.#greeting, chunk]));
    if (rest instanceof Error) return done(rest);
    if (rest.length === 0 || this.#secured.write(rest)) done();
    else this.#secured.once('drain', () => done());
  }

  override _final(done: () => void): void {
    this.#secured.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#secured.destroy();
    done(error);
  }

  /** What of it is for QEMU. */
  #greet(said: Buffer): Buffer | Error {
    const hadVersion = (this.#greeting?.length ?? 0) >= RFB_VERSION.length;
    this.#greeting = said;
    if (said.length < RFB_VERSION.length) return Buffer.alloc(0);
    if (said.toString('latin1', 0, RFB_VERSION.length) !== RFB_VERSION)
      return new Error('the viewer speaks another RFB than 3.8');
    if (!hadVersion) this.push(Buffer.from([1, NO_PASSWORD]));
    if (said.length === RFB_VERSION.length) return Buffer.alloc(0);
    if (said[RFB_VERSION.length] !== NO_PASSWORD)
      return new Error('the viewer chose what it was not offered');
    this.#greeting = null;
    this.push(SECURITY_OK);
    this.#secured.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) this.#secured.pause();
    });
    return said.subarray(RFB_VERSION.length + 1);
  }
}
