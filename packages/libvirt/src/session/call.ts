/** One call: what it asks by its table row, and whoever waits for the reply. One object for all of its life. */
import { ArgumentError, ProtocolError } from '../errors.ts';
import type { AnyProcedureName } from '../protocol/procedures.ts';
import type { Procedure } from '../protocol/rows.ts';
import type { CallOptions } from './calls.ts';
import { type FrameEncoder, type ReceivedFrame, Status } from './frames.ts';
import { decodeRefusal } from './refusal.ts';

export class Call<A = never, R = unknown> {
  readonly name: AnyProcedureName;
  readonly serial: number;
  readonly row: Procedure<A, R>;
  readonly #resolve: (reply: R) => void;
  readonly #reject: (error: Error) => void;
  /** It has succeeded after all, when nobody waited any more. */
  succeedLate: (() => void) | undefined;
  options: CallOptions | undefined;
  timeoutMs = 0;
  /** By performance.now(). */
  deadline = 0;
  /** Until it is with the server. */
  bytes: Buffer | undefined;
  onAbort: (() => void) | undefined;
  isSettled = false;

  constructor(
    name: AnyProcedureName,
    row: Procedure<A, R>,
    serial: number,
    resolve: (reply: R) => void,
    reject: (error: Error) => void,
  ) {
    this.name = name;
    this.row = row;
    this.serial = serial;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Throws an ArgumentError where the arguments do not fit the row. */
  encode(encoder: FrameEncoder, args: A): void {
    try {
      this.bytes = encoder.encodeCall(this.row, this.serial, args);
    } catch (cause) {
      throw new ArgumentError(`${this.name}: ${(cause as Error).message}`, { cause });
    }
  }

  /** Whether a reply is this call's: one that is not is nobody's. */
  isAnsweredBy({ serial, procedure, program }: ReceivedFrame): boolean {
    return this.serial === serial && this.row.number === procedure && this.row.program === program;
  }

  /** With the reply frame, whatever its status. */
  settle(reply: ReceivedFrame): void {
    this.#end();
    if (reply.status !== Status.ok) return this.#reject(decodeRefusal(this.name, reply.payload));
    let value: R;
    try {
      value = reply.read(this.row.reply);
    } catch (cause) {
      return this.#reject(new ProtocolError(`the reply to ${this.name} cannot be read`, { cause }));
    }
    this.#resolve(value);
  }

  fail(error: Error): void {
    this.#end();
    this.#reject(error);
  }

  /** The reply of a call whose caller has given up. */
  comeLate({ status }: ReceivedFrame): void {
    if (status === Status.ok) this.succeedLate?.();
  }

  #end(): void {
    this.isSettled = true;
    if (this.onAbort) this.options?.signal?.removeEventListener('abort', this.onAbort);
  }
}
