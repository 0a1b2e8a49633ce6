/** How a row of the procedure table is written and what it holds. */
import { type Codec, type Fields, type StructOf, struct } from '../xdr/codecs.ts';

export const REMOTE_PROGRAM = 0x2000_8086;
export const QEMU_PROGRAM = 0x2000_8087;
export const PROGRAM_VERSION = 1;

/**
 * libvirtd keeps workers free for `high` calls, so they are answered even when every ordinary worker hangs on a guest.
 */
export type Priority = 'high' | 'low';

/**
 * Which of a link's connections a call takes:
 * `quick` answers from libvirtd's memory; `firm` is a high-priority call that changes something and may take seconds
 * (a destroy waits for its guest): it must neither delay quick reads nor wait behind hung slow ones; `slow` is the rest.
 */
export type Lane = 'quick' | 'firm' | 'slow';

/** Which side sends the stream's data. */
export type StreamDirection = 'upload' | 'download' | 'both';

export interface Procedure<A, R> {
  readonly program: number;
  /** libvirt's own number, stable for ever. */
  readonly number: number;
  readonly priority: Priority;
  readonly lane: Lane;
  readonly args: Codec<A>;
  readonly reply: Codec<R>;
}

export interface StreamProcedure<A, R> extends Procedure<A, R> {
  readonly stream: StreamDirection;
}

export const nothing = {};

/** A high-priority call that only reads. */
export const quick = <A extends Fields, R extends Fields>(number: number, args: A, reply: R) =>
  row(REMOTE_PROGRAM, number, 'high', 'quick', args, reply);

/** A high-priority call that changes something. */
export const firm = <A extends Fields, R extends Fields>(number: number, args: A, reply: R) =>
  row(REMOTE_PROGRAM, number, 'high', 'firm', args, reply);

/** A low-priority call: it may wait for a guest's monitor, a disk or another program. */
export const slow = <A extends Fields, R extends Fields>(number: number, args: A, reply: R) =>
  row(REMOTE_PROGRAM, number, 'low', 'slow', args, reply);

/** A call of the QEMU program (0x20008087). */
export const qemu = <A extends Fields, R extends Fields>(number: number, args: A, reply: R) =>
  row(QEMU_PROGRAM, number, 'low', 'slow', args, reply);

/** A call whose success opens a stream. */
export const streaming = <A extends Fields, R extends Fields>(
  stream: StreamDirection,
  { number, args, reply }: { number: number; args: A; reply: R },
): StreamProcedure<StructOf<A>, StructOf<R>> => ({
  ...row(REMOTE_PROGRAM, number, 'low', 'slow', args, reply),
  stream,
});

function row<A extends Fields, R extends Fields>(
  program: number,
  number: number,
  priority: Priority,
  lane: Lane,
  args: A,
  reply: R,
): Procedure<StructOf<A>, StructOf<R>> {
  return { program, number, priority, lane, args: struct(args), reply: struct(reply) };
}
