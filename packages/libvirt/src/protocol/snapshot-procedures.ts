/** remote_protocol.x: snapshots, checkpoints, backups and the block jobs under them. */
import { array, int, uhyper, uint } from '../xdr/codecs.ts';
import { LIST_MAX, checkpoint, domain, optionalString, params, snapshot, string, xml } from './objects.ts';
import { nothing, quick, slow } from './rows.ts';

export const snapshotProcedures = {
  domainSnapshotCreateXml: slow(185, { domain, xml, flags: uint }, { snapshot }),
  domainListAllSnapshots: quick(
    274,
    { domain, needResults: int, flags: uint },
    { snapshots: array(snapshot, LIST_MAX), count: int },
  ),
  domainSnapshotLookupByName: quick(189, { domain, name: string, flags: uint }, { snapshot }),
  domainSnapshotGetXmlDesc: quick(186, { snapshot, flags: uint }, { xml }),
  domainSnapshotCurrent: slow(191, { domain, flags: uint }, { snapshot }),
  domainHasCurrentSnapshot: slow(190, { domain, flags: uint }, { result: int }),
  domainRevertToSnapshot: slow(192, { snapshot, flags: uint }, nothing),
  domainSnapshotDelete: slow(193, { snapshot, flags: uint }, nothing),
  domainBackupBegin: slow(
    421,
    { domain, backupXml: xml, checkpointXml: optionalString, flags: uint },
    nothing,
  ),
  domainBackupGetXmlDesc: quick(422, { domain, flags: uint }, { xml }),
  domainCheckpointCreateXml: slow(411, { domain, xml, flags: uint }, { checkpoint }),
  domainListAllCheckpoints: quick(
    413,
    { domain, needResults: int, flags: uint },
    { checkpoints: array(checkpoint, LIST_MAX), count: int },
  ),
  domainCheckpointDelete: slow(417, { checkpoint, flags: uint }, nothing),
  domainBlockCommit: slow(
    290,
    { domain, disk: string, base: optionalString, top: optionalString, bandwidth: uhyper, flags: uint },
    nothing,
  ),
  domainBlockCopy: slow(345, { domain, path: string, destinationXml: xml, params, flags: uint }, nothing),
  domainBlockPull: slow(240, { domain, path: string, bandwidth: uhyper, flags: uint }, nothing),
  domainBlockRebase: slow(
    266,
    { domain, path: string, base: optionalString, bandwidth: uhyper, flags: uint },
    nothing,
  ),
  domainGetBlockJobInfo: slow(
    238,
    { domain, path: string, flags: uint },
    { found: int, type: int, bandwidth: uhyper, current: uhyper, end: uhyper },
  ),
  domainBlockJobAbort: slow(237, { domain, path: string, flags: uint }, nothing),
  domainBlockJobSetSpeed: slow(239, { domain, path: string, bandwidth: uhyper, flags: uint }, nothing),
};
