/** remote_protocol.x: networks, network filters, the node's interfaces. */
import { array, hyper, int, struct, uint } from '../xdr/codecs.ts';
import {
  BIG_LIST_MAX,
  LIST_MAX,
  network,
  networkPort,
  nodeInterface,
  nwfilter,
  nwfilterBinding,
  optionalString,
  string,
  uuid,
  xml,
} from './objects.ts';
import { firm, nothing, quick, slow } from './rows.ts';

const lease = struct({
  interface: string,
  /** Unix time in seconds. */
  expiryTime: hyper,
  /** 0 IPv4, 1 IPv6. */
  type: int,
  mac: optionalString,
  iaid: optionalString,
  address: string,
  prefix: uint,
  hostname: optionalString,
  clientId: optionalString,
});

export const networkProcedures = {
  connectListAllNetworks: quick(
    283,
    { needResults: int, flags: uint },
    { networks: array(network, LIST_MAX), count: uint },
  ),
  networkLookupByName: quick(46, { name: string }, { network }),
  networkLookupByUuid: quick(47, { uuid }, { network }),
  networkDefineXmlFlags: firm(432, { xml, flags: uint }, { network }),
  networkDefineXml: firm(41, { xml }, { network }),
  /** Starts a transient network. */
  networkCreateXml: slow(40, { xml }, { network }),
  /** Starts a defined network. */
  networkCreate: slow(39, { network }, nothing),
  networkDestroy: firm(42, { network }, nothing),
  networkUndefine: firm(49, { network }, nothing),
  /** A server without feature 16 wants command and section the other way round. */
  networkUpdate: firm(
    291,
    { network, command: uint, section: uint, parentIndex: int, xml, flags: uint },
    nothing,
  ),
  networkGetXmlDesc: quick(43, { network, flags: uint }, { xml }),
  networkGetAutostart: quick(44, { network }, { autostart: int }),
  networkSetAutostart: firm(48, { network, autostart: int }, nothing),
  networkGetBridgeName: quick(45, { network }, { name: string }),
  networkIsActive: quick(152, { network }, { active: int }),
  networkIsPersistent: quick(153, { network }, { persistent: int }),
  networkGetDhcpLeases: slow(
    341,
    { network, mac: optionalString, needResults: int, flags: uint },
    { leases: array(lease, BIG_LIST_MAX), count: uint },
  ),
  networkListAllPorts: quick(
    404,
    { network, needResults: int, flags: uint },
    { ports: array(networkPort, LIST_MAX), count: uint },
  ),
  connectListAllNwfilters: quick(
    286,
    { needResults: int, flags: uint },
    { nwfilters: array(nwfilter, LIST_MAX), count: uint },
  ),
  nwfilterDefineXml: firm(180, { xml }, { nwfilter }),
  nwfilterDefineXmlFlags: firm(431, { xml, flags: uint }, { nwfilter }),
  nwfilterUndefine: firm(181, { nwfilter }, nothing),
  nwfilterGetXmlDesc: quick(177, { nwfilter, flags: uint }, { xml }),
  nwfilterLookupByName: quick(175, { name: string }, { nwfilter }),
  nwfilterLookupByUuid: quick(176, { uuid }, { nwfilter }),
  connectListAllNwfilterBindings: quick(
    401,
    { needResults: int, flags: uint },
    { bindings: array(nwfilterBinding, LIST_MAX), count: uint },
  ),
  connectListAllInterfaces: quick(
    284,
    { needResults: int, flags: uint },
    { interfaces: array(nodeInterface, LIST_MAX), count: uint },
  ),
  interfaceGetXmlDesc: slow(130, { interface: nodeInterface, flags: uint }, { xml }),
};
