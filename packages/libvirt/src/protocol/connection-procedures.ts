/** remote_protocol.x: the connection and the node (the machine libvirtd runs on). */
import { array, chars, int, opaque, struct, uhyper, uint } from '../xdr/codecs.ts';
import { optionalString, params, string, strings, xml } from './objects.ts';
import { firm, nothing, quick, slow } from './rows.ts';

const statistic = struct({ field: string, value: uhyper });

export const connectionProcedures = {
  /** Types: 0 none, 1 SASL, 2 polkit. Asking also lets root pass a polkit socket. */
  authList: quick(66, nothing, { types: array(int, 20) }),
  authPolkit: quick(70, nothing, { complete: int }),
  /** Once for a connection: a second one breaks it. */
  connectOpen: quick(1, { uri: optionalString, flags: uint }, nothing),
  connectClose: quick(2, nothing, nothing),
  connectSupportsFeature: quick(60, { feature: int }, { supported: int }),
  connectGetType: quick(3, nothing, { type: string }),
  connectGetVersion: quick(4, nothing, { version: uhyper }),
  /** major * 1000000 + minor * 1000 + release. */
  connectGetLibVersion: quick(157, nothing, { version: uhyper }),
  connectGetHostname: quick(59, nothing, { hostname: string }),
  connectGetUri: quick(110, nothing, { uri: string }),
  connectGetCapabilities: slow(7, nothing, { capabilities: string }),
  connectGetDomainCapabilities: slow(
    342,
    {
      emulator: optionalString,
      arch: optionalString,
      machine: optionalString,
      virtType: optionalString,
      flags: uint,
    },
    { capabilities: string },
  ),
  connectGetSysinfo: quick(203, { flags: uint }, { sysinfo: string }),
  connectGetMaxVcpus: quick(5, { type: optionalString }, { maxVcpus: int }),
  connectGetCpuModelNames: slow(
    312,
    { arch: string, needResults: int, flags: uint },
    { models: strings, count: int },
  ),
  connectCompareHypervisorCpu: slow(
    393,
    {
      emulator: optionalString,
      arch: optionalString,
      machine: optionalString,
      virtType: optionalString,
      xml,
      flags: uint,
    },
    { result: int },
  ),
  connectBaselineHypervisorCpu: slow(
    394,
    {
      emulator: optionalString,
      arch: optionalString,
      machine: optionalString,
      virtType: optionalString,
      xmls: array(xml, 256),
      flags: uint,
    },
    { cpu: string },
  ),
  connectSetIdentity: slow(419, { params, flags: uint }, nothing),
  connectRegisterCloseCallback: firm(360, nothing, nothing),
  connectUnregisterCloseCallback: firm(361, nothing, nothing),

  /** `memory` is in KiB and may leave out NUMA nodes: nodeGetMemoryStats knows better. */
  nodeGetInfo: quick(6, nothing, {
    model: chars(32),
    memory: uhyper,
    cpus: int,
    mhz: int,
    nodes: int,
    sockets: int,
    cores: int,
    threads: int,
  }),
  /** Ask with paramCount 0 for how many there are. Times in ns. */
  nodeGetCpuStats: quick(
    227,
    { cpu: int, paramCount: int, flags: uint },
    { params: array(statistic, 16), paramCount: int },
  ),
  /** Ask with paramCount 0 for how many there are; cell -1 is all of them. In KiB. */
  nodeGetMemoryStats: quick(
    228,
    { paramCount: int, cell: int, flags: uint },
    { params: array(statistic, 16), paramCount: int },
  ),
  /** In bytes. */
  nodeGetFreeMemory: quick(102, nothing, { freeMemory: uhyper }),
  nodeGetCpuMap: slow(
    293,
    { needMap: int, needOnline: int, flags: uint },
    { cpuMap: opaque(2048), online: uint, cpus: int },
  ),
  nodeGetFreePages: quick(
    340,
    { pages: array(uint, 1024), startCell: int, cellCount: uint, flags: uint },
    { counts: array(uhyper, 1024) },
  ),
  nodeGetCellsFreeMemory: quick(101, { startCell: int, maxCells: int }, { cells: array(uhyper, 1024) }),
};
