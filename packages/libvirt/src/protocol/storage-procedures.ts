/** remote_protocol.x: storage pools and volumes. Sizes in bytes. */
import { array, int, uhyper, uint } from '../xdr/codecs.ts';
import { LIST_MAX, optionalString, pool, string, uuid, volume, xml } from './objects.ts';
import { firm, nothing, quick, slow, streaming } from './rows.ts';

const volumeInfo = { type: int, capacity: uhyper, allocation: uhyper };

export const storageProcedures = {
  connectListAllStoragePools: quick(
    281,
    { needResults: int, flags: uint },
    { pools: array(pool, LIST_MAX), count: uint },
  ),
  storagePoolLookupByName: quick(84, { name: string }, { pool }),
  storagePoolLookupByUuid: quick(85, { uuid }, { pool }),
  storagePoolLookupByTargetPath: quick(391, { path: string }, { pool }),
  storagePoolLookupByVolume: quick(86, { volume }, { pool }),
  storagePoolDefineXml: firm(77, { xml, flags: uint }, { pool }),
  /** Starts a transient pool. */
  storagePoolCreateXml: slow(76, { xml, flags: uint }, { pool }),
  storagePoolBuild: slow(79, { pool, flags: uint }, nothing),
  /** Starts a defined pool. */
  storagePoolCreate: slow(78, { pool, flags: uint }, nothing),
  /** Stops it; nothing stored is lost. */
  storagePoolDestroy: firm(80, { pool }, nothing),
  storagePoolUndefine: firm(82, { pool }, nothing),
  /** Deletes what is stored. */
  storagePoolDelete: slow(81, { pool, flags: uint }, nothing),
  storagePoolRefresh: slow(83, { pool, flags: uint }, nothing),
  storagePoolGetInfo: quick(
    87,
    { pool },
    { state: int, capacity: uhyper, allocation: uhyper, available: uhyper },
  ),
  storagePoolGetXmlDesc: quick(88, { pool, flags: uint }, { xml }),
  storagePoolGetAutostart: quick(89, { pool }, { autostart: int }),
  storagePoolSetAutostart: firm(90, { pool, autostart: int }, nothing),
  storagePoolIsActive: quick(154, { pool }, { active: int }),
  storagePoolIsPersistent: quick(155, { pool }, { persistent: int }),
  storagePoolListAllVolumes: quick(
    282,
    { pool, needResults: int, flags: uint },
    { volumes: array(volume, LIST_MAX), count: uint },
  ),
  storageVolLookupByName: quick(95, { pool, name: string }, { volume }),
  storageVolLookupByPath: quick(97, { path: string }, { volume }),
  storageVolLookupByKey: quick(96, { key: string }, { volume }),
  storageVolCreateXml: slow(93, { pool, xml, flags: uint }, { volume }),
  storageVolCreateXmlFrom: slow(125, { pool, xml, source: volume, flags: uint }, { volume }),
  /** Looks at the file itself, so it may hang as its storage does. */
  storageVolGetInfo: firm(98, { volume }, volumeInfo),
  storageVolGetInfoFlags: firm(378, { volume, flags: uint }, volumeInfo),
  storageVolGetPath: quick(100, { volume }, { path: string }),
  storageVolGetXmlDesc: quick(99, { volume, flags: uint }, { xml }),
  storageVolResize: slow(260, { volume, capacity: uhyper, flags: uint }, nothing),
  storageVolDelete: slow(94, { volume, flags: uint }, nothing),
  storageVolWipe: slow(165, { volume, flags: uint }, nothing),
  storageVolWipePattern: slow(259, { volume, algorithm: uint, flags: uint }, nothing),
  /** Length 0 is "to the end". With VolumeTransferFlag.sparse holes travel as holes. */
  storageVolUpload: streaming('upload', {
    number: 208,
    args: { volume, offset: uhyper, length: uhyper, flags: uint },
    reply: nothing,
  }),
  storageVolDownload: streaming('download', {
    number: 209,
    args: { volume, offset: uhyper, length: uhyper, flags: uint },
    reply: nothing,
  }),
  connectGetStoragePoolCapabilities: slow(403, { flags: uint }, { capabilities: string }),
  connectFindStoragePoolSources: slow(75, { type: string, sourceXml: optionalString, flags: uint }, { xml }),
};
