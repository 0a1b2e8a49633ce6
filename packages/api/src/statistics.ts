/** How much of a host a VM takes, how much of a host is taken: live, of the last hour, of the last day. */
import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Id, Time, nullable, object, oneOf } from './schemas.ts';

/** `live`: the last five minutes. They fill up while somebody asks for them every few seconds. */
export const statisticsRanges = ['live', 'hour', 'day'] as const;
export type StatisticsRange = (typeof statisticsRanges)[number];

const Figure = Type.Array(nullable(Type.Number({ minimum: 0 })));

/** One value for each `pitchSeconds` since `from`, oldest first; null: not known, as of a guest that is off. */
export const Statistics = object({
  from: Time,
  pitchSeconds: Type.Integer(),
  /** How many processors are kept busy. */
  cpuCores: Figure,
  /** Of a VM: what its guest has taken of its host's memory. */
  memoryBytes: Figure,
  diskReadBytesPerSecond: Figure,
  diskWrittenBytesPerSecond: Figure,
  receivedBytesPerSecond: Figure,
  sentBytesPerSecond: Figure,
});
export type Statistics = Static<typeof Statistics>;

const query = object({ range: Type.Optional(oneOf(statisticsRanges)) });

export const statisticsEndpoints = endpoints({
  vmStatistics: {
    method: 'GET',
    path: '/vms/:vmId/statistics',
    access: 'owner',
    tag: 'vms',
    summary: 'CPU, memory, disk and network of a VM; of the last hour unless told',
    params: object({ vmId: Id }),
    query,
    reply: Statistics,
  },
  hostStatistics: {
    method: 'GET',
    path: '/hosts/:hostId/statistics',
    access: 'admin',
    tag: 'hosts',
    summary: 'CPU and memory of a server, disk and network of its VMs; of the last hour unless told',
    params: object({ hostId: Id }),
    query,
    reply: Statistics,
  },
});
