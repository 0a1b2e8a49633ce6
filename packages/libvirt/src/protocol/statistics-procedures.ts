/** remote_protocol.x: what domains use, and the jobs that run on them. */
import { array, hyper, int, opaque, struct, uhyper, uint } from '../xdr/codecs.ts';
import { LIST_MAX, domain, params, string } from './objects.ts';
import { nothing, quick, slow } from './rows.ts';

const job = {
  type: int,
  timeElapsed: uhyper,
  timeRemaining: uhyper,
  dataTotal: uhyper,
  dataProcessed: uhyper,
  dataRemaining: uhyper,
  memoryTotal: uhyper,
  memoryProcessed: uhyper,
  memoryRemaining: uhyper,
  fileTotal: uhyper,
  fileProcessed: uhyper,
  fileRemaining: uhyper,
};

export const statisticsProcedures = {
  /** No domains means all. Without StatsFlag.noWait one hung guest holds it up for 30 s. */
  connectGetAllDomainStats: slow(
    344,
    { domains: array(domain, LIST_MAX), stats: uint, flags: uint },
    { records: array(struct({ domain, params }), LIST_MAX) },
  ),
  /** Times in ms, sizes in bytes. */
  domainGetJobInfo: slow(163, { domain }, job),
  domainGetJobStats: slow(298, { domain, flags: uint }, { type: int, params }),
  domainAbortJob: slow(164, { domain }, nothing),
  domainGetBlockInfo: slow(
    194,
    { domain, path: string, flags: uint },
    { allocation: uhyper, capacity: uhyper, physical: uhyper },
  ),
  domainBlockStatsFlags: slow(
    243,
    { domain, path: string, paramCount: int, flags: uint },
    { params, paramCount: int },
  ),
  /** -1 where the host does not count. */
  domainInterfaceStats: quick(
    65,
    { domain, device: string },
    {
      rxBytes: hyper,
      rxPackets: hyper,
      rxErrors: hyper,
      rxDropped: hyper,
      txBytes: hyper,
      txPackets: hyper,
      txErrors: hyper,
      txDropped: hyper,
    },
  ),
  domainGetCpuStats: slow(
    262,
    { domain, paramCount: uint, startCpu: int, cpuCount: uint, flags: uint },
    { params, paramCount: int },
  ),
  domainGetControlInfo: quick(
    229,
    { domain, flags: uint },
    { state: uint, details: uint, stateTime: uhyper },
  ),
  domainGetDiskErrors: slow(
    263,
    { domain, maxErrors: uint, flags: uint },
    { errors: array(struct({ disk: string, error: int }), 256), count: int },
  ),
  domainBlockPeek: slow(
    103,
    { domain, path: string, offset: uhyper, size: uint, flags: uint },
    { bytes: opaque(4_194_304) },
  ),
};
