/** A call by its table row: the arguments to a frame, the reply frame to the reply. */
import { ArgumentError, ProtocolError } from '../errors.ts';
import type { AnyProcedureName } from '../protocol/procedures.ts';
import { PROGRAM_VERSION, type Procedure } from '../protocol/rows.ts';
import { decode } from '../xdr/coding.ts';
import type { Call } from './calls.ts';
import { type FrameEncoder, Status, Type } from './frames.ts';
import { decodeRefusal } from './refusal.ts';

export interface CallByRow<A, R> {
  readonly name: AnyProcedureName;
  readonly row: Procedure<A, R>;
  readonly args: A;
  resolve(reply: R): void;
  reject(error: Error): void;
  /** It has succeeded after all, when nobody waited any more. */
  succeedLate?(): void;
}

/** Throws an ArgumentError where the arguments do not fit the row. */
export function prepareCall<A, R>(encoder: FrameEncoder, serial: number, call: CallByRow<A, R>): Call {
  const { name, row } = call;
  const { program, number: procedure } = row;
  const header = { program, version: PROGRAM_VERSION, procedure, type: Type.call, serial, status: Status.ok };
  let bytes: Buffer;
  try {
    bytes = encoder.encode(header, row.args, call.args);
  } catch (cause) {
    throw new ArgumentError(`${name}: ${(cause as Error).message}`, { cause });
  }
  return {
    name,
    serial,
    program,
    procedure,
    bytes,
    resolve: ({ status, payload }) => {
      if (status !== Status.ok) return call.reject(decodeRefusal(name, payload));
      let reply: R;
      try {
        reply = decode(row.reply, payload);
      } catch (cause) {
        return call.reject(new ProtocolError(`the reply to ${name} cannot be read`, { cause }));
      }
      call.resolve(reply);
    },
    reject: (error) => call.reject(error),
    comeLate: ({ status }) => {
      if (status === Status.ok) call.succeedLate?.();
    },
  };
}
