/** remote_protocol.x: the node's devices, and secrets. */
import { array, int, opaque, uint } from '../xdr/codecs.ts';
import { BIG_LIST_MAX, LIST_MAX, nodeDevice, optionalString, secret, string, uuid, xml } from './objects.ts';
import { firm, nothing, quick, slow } from './rows.ts';

const SECRET_MAX = 65_536;

export const nodeDeviceProcedures = {
  connectListAllNodeDevices: quick(
    285,
    { needResults: int, flags: uint },
    { devices: array(nodeDevice, BIG_LIST_MAX), count: uint },
  ),
  nodeDeviceLookupByName: quick(113, { name: string }, { device: nodeDevice }),
  nodeDeviceGetXmlDesc: slow(114, { name: string, flags: uint }, { xml }),
  nodeDeviceDetachFlags: slow(301, { name: string, driver: optionalString, flags: uint }, nothing),
  nodeDeviceReAttach: slow(119, { name: string }, nothing),
  nodeDeviceReset: slow(120, { name: string }, nothing),

  connectListAllSecrets: quick(
    287,
    { needResults: int, flags: uint },
    { secrets: array(secret, LIST_MAX), count: uint },
  ),
  secretLookupByUuid: quick(141, { uuid }, { secret }),
  secretLookupByUsage: quick(147, { usageType: int, usageId: string }, { secret }),
  secretDefineXml: firm(142, { xml, flags: uint }, { secret }),
  secretGetXmlDesc: quick(143, { secret, flags: uint }, { xml }),
  secretSetValue: firm(144, { secret, value: opaque(SECRET_MAX), flags: uint }, nothing),
  secretGetValue: quick(145, { secret, flags: uint }, { value: opaque(SECRET_MAX) }),
  secretUndefine: firm(146, { secret }, nothing),
};
