/** remote_protocol.x: a domain's life. */
import { array, int, uhyper, uint } from '../xdr/codecs.ts';
import { LIST_MAX, domain, optionalString, params, string, strings, uuid, xml } from './objects.ts';
import { firm, nothing, quick, slow } from './rows.ts';

export const domainProcedures = {
  /** Fails as a whole over 16384 domains. */
  connectListAllDomains: quick(
    273,
    { needResults: int, flags: uint },
    { domains: array(domain, LIST_MAX), count: uint },
  ),
  domainLookupByName: quick(23, { name: string }, { domain }),
  domainLookupByUuid: quick(24, { uuid }, { domain }),
  domainLookupById: quick(22, { id: int }, { domain }),
  domainDefineXmlFlags: firm(350, { xml, flags: uint }, { domain }),
  /** Starts a transient domain. */
  domainCreateXml: slow(10, { xml, flags: uint }, { domain }),
  domainCreate: slow(9, { domain }, nothing),
  domainCreateWithFlags: slow(196, { domain, flags: uint }, { domain }),
  domainUndefineFlags: firm(231, { domain, flags: uint }, nothing),
  domainDestroyFlags: firm(234, { domain, flags: uint }, nothing),
  domainShutdownFlags: slow(258, { domain, flags: uint }, nothing),
  domainReboot: slow(27, { domain, flags: uint }, nothing),
  domainReset: slow(245, { domain, flags: uint }, nothing),
  domainSuspend: slow(34, { domain }, nothing),
  domainResume: slow(28, { domain }, nothing),
  /** Never asks the guest's monitor, unlike domainGetInfo. */
  domainGetState: quick(212, { domain, flags: uint }, { state: int, reason: int }),
  /** Memory in KiB, CPU time in ns. */
  domainGetInfo: slow(
    16,
    { domain },
    { state: int, maxMemory: uhyper, memory: uhyper, vcpus: uint, cpuTime: uhyper },
  ),
  domainGetXmlDesc: slow(14, { domain, flags: uint }, { xml }),
  domainIsActive: quick(150, { domain }, { active: int }),
  domainIsPersistent: quick(151, { domain }, { persistent: int }),
  domainIsUpdated: quick(202, { domain }, { updated: int }),
  domainGetAutostart: quick(15, { domain }, { autostart: int }),
  domainSetAutostart: firm(29, { domain, autostart: int }, nothing),
  domainManagedSave: slow(182, { domain, flags: uint }, nothing),
  domainManagedSaveRemove: slow(184, { domain, flags: uint }, nothing),
  domainHasManagedSaveImage: slow(183, { domain, flags: uint }, { result: int }),
  /** To a file on the host, which libvirtd writes. */
  domainSaveFlags: slow(232, { domain, to: string, xml: optionalString, flags: uint }, nothing),
  domainRestoreFlags: slow(233, { from: string, xml: optionalString, flags: uint }, nothing),
  domainCoreDump: slow(53, { domain, to: string, flags: uint }, nothing),
  domainCoreDumpWithFormat: slow(334, { domain, to: string, dumpFormat: uint, flags: uint }, nothing),
  domainRename: slow(358, { domain, newName: optionalString, flags: uint }, { result: int }),
  domainSetMetadata: slow(
    264,
    { domain, type: int, metadata: optionalString, key: optionalString, uri: optionalString, flags: uint },
    nothing,
  ),
  domainGetMetadata: slow(265, { domain, type: int, uri: optionalString, flags: uint }, { metadata: string }),
  domainInjectNmi: slow(210, { domain, flags: uint }, nothing),
  domainSendKey: slow(
    226,
    { domain, codeset: uint, holdTimeMs: uint, keycodes: array(uint, 16), flags: uint },
    nothing,
  ),
  domainGetHostname: slow(277, { domain, flags: uint }, { hostname: string }),
  domainPmSuspendForDuration: slow(261, { domain, target: uint, duration: uhyper, flags: uint }, nothing),
  domainPmWakeup: slow(267, { domain, flags: uint }, nothing),
  domainGetMessages: slow(426, { domain, flags: uint }, { messages: strings }),
  domainGetLaunchSecurityInfo: slow(396, { domain, flags: uint }, { params }),
  domainSetLifecycleAction: slow(390, { domain, type: uint, action: uint, flags: uint }, nothing),
};
