/** remote_protocol.x: a domain's devices, tuning and guest agent. */
import { array, hyper, int, opaque, struct, uhyper, uint } from '../xdr/codecs.ts';
import { domain, optionalString, params, string, strings, xml } from './objects.ts';
import { nothing, slow } from './rows.ts';

const ipAddress = struct({ type: int, address: string, prefix: uint });
const guestInterface = struct({ name: string, mac: optionalString, addresses: array(ipAddress, 2048) });
const fileSystem = struct({
  mountPoint: string,
  name: string,
  type: string,
  deviceAliases: array(string, 256),
});

export const deviceProcedures = {
  domainAttachDeviceFlags: slow(160, { domain, xml, flags: uint }, nothing),
  /** May return before the guest has let go: the device-removed event tells. */
  domainDetachDeviceFlags: slow(161, { domain, xml, flags: uint }, nothing),
  domainDetachDeviceAlias: slow(392, { domain, alias: string, flags: uint }, nothing),
  domainUpdateDeviceFlags: slow(174, { domain, xml, flags: uint }, nothing),
  domainSetVcpusFlags: slow(199, { domain, vcpus: uint, flags: uint }, nothing),
  domainGetVcpusFlags: slow(200, { domain, flags: uint }, { vcpus: int }),
  /** In KiB. */
  domainSetMemoryFlags: slow(204, { domain, memory: uhyper, flags: uint }, nothing),
  domainGetSchedulerParametersFlags: slow(223, { domain, paramCount: int, flags: uint }, { params }),
  domainSetSchedulerParametersFlags: slow(219, { domain, params, flags: uint }, nothing),
  domainSetBlockIoTune: slow(252, { domain, disk: string, params, flags: uint }, nothing),
  /** Ask with paramCount 0 for how many there are; so with the calls like it. */
  domainGetBlockIoTune: slow(
    253,
    { domain, disk: optionalString, paramCount: int, flags: uint },
    { params, paramCount: int },
  ),
  domainSetInterfaceParameters: slow(256, { domain, device: string, params, flags: uint }, nothing),
  /** In KiB, or bytes with flag 1. */
  domainBlockResize: slow(251, { domain, disk: string, size: uhyper, flags: uint }, nothing),
  domainMemoryStats: slow(
    159,
    { domain, maxStats: uint, flags: uint },
    { stats: array(struct({ tag: int, value: uhyper }), 1024) },
  ),
  domainSetMemoryStatsPeriod: slow(308, { domain, periodSeconds: int, flags: uint }, nothing),
  /** Source: 0 the network's leases, 1 the guest agent, 2 the host's ARP table. */
  domainInterfaceAddresses: slow(
    353,
    { domain, source: uint, flags: uint },
    { interfaces: array(guestInterface, 2048) },
  ),
  domainGetGuestInfo: slow(418, { domain, types: uint, flags: uint }, { params }),
  domainGetFsinfo: slow(349, { domain, flags: uint }, { fileSystems: array(fileSystem, 256), count: uint }),
  domainFsfreeze: slow(335, { domain, mountPoints: strings, flags: uint }, { fileSystems: int }),
  domainFsthaw: slow(336, { domain, mountPoints: strings, flags: uint }, { fileSystems: int }),
  domainSetUserPassword: slow(
    357,
    { domain, user: optionalString, password: optionalString, flags: uint },
    nothing,
  ),
  domainAuthorizedSshKeysSet: slow(425, { domain, user: string, keys: strings, flags: uint }, nothing),
  domainAgentSetResponseTimeout: slow(420, { domain, timeoutSeconds: int, flags: uint }, { result: int }),
  domainPinVcpuFlags: slow(225, { domain, vcpu: uint, cpuMap: opaque(2048), flags: uint }, nothing),
  domainSetTime: slow(338, { domain, seconds: hyper, nanoseconds: uint, flags: uint }, nothing),
  domainGetTime: slow(337, { domain, flags: uint }, { seconds: hyper, nanoseconds: uint }),
  domainFstrim: slow(294, { domain, mountPoint: optionalString, minimumBytes: uhyper, flags: uint }, nothing),
};
