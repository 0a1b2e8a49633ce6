/** Every call this library can make: the name is libvirt's own in camelCase. To add one, add a row to its file. */
import type { ValueOf } from '../xdr/codecs.ts';
import { connectionProcedures } from './connection-procedures.ts';
import { consoleProcedures } from './console-procedures.ts';
import { deviceProcedures } from './device-procedures.ts';
import { domainProcedures } from './domain-procedures.ts';
import { eventProcedures } from './event-procedures.ts';
import { migrationProcedures } from './migration-procedures.ts';
import { networkProcedures } from './network-procedures.ts';
import { nodeDeviceProcedures } from './node-device-procedures.ts';
import { qemuProcedures } from './qemu-procedures.ts';
import { snapshotProcedures } from './snapshot-procedures.ts';
import { statisticsProcedures } from './statistics-procedures.ts';
import { storageProcedures } from './storage-procedures.ts';

export const procedures = {
  ...connectionProcedures,
  ...domainProcedures,
  ...deviceProcedures,
  ...statisticsProcedures,
  ...snapshotProcedures,
  ...storageProcedures,
  ...networkProcedures,
  ...consoleProcedures,
  ...nodeDeviceProcedures,
  ...migrationProcedures,
  ...eventProcedures,
  ...qemuProcedures,
};

type Procedures = typeof procedures;

/** Calls that open a stream: made with `openStream`. */
export type StreamProcedureName = {
  [N in keyof Procedures]: 'stream' extends keyof Procedures[N] ? N : never;
}[keyof Procedures];

/** Calls answered by one reply: made with `call`. */
export type ProcedureName = Exclude<keyof Procedures, StreamProcedureName>;

export type AnyProcedureName = ProcedureName | StreamProcedureName;
export type ArgsOf<N extends AnyProcedureName> = ValueOf<Procedures[N]['args']>;
export type ReplyOf<N extends AnyProcedureName> = ValueOf<Procedures[N]['reply']>;
