/** The structs that name libvirt's objects, and the text and list limits of remote_protocol.x. */
import { type Codec, type ValueOf, array, int, optional, struct, text } from '../xdr/codecs.ts';
import { type TypedParam, typedParams } from '../xdr/typed-params.ts';
import { uuid } from '../xdr/uuid.ts';

const STRING_MAX = 4_194_304;
/** A refusal of an XML text quotes it twice; past libvirt's string limit the server drops the connection instead. */
const XML_WRITE_MAX = 1_048_576;
export const LIST_MAX = 16_384;
export const BIG_LIST_MAX = 65_536;

export const string = text(STRING_MAX);
export const xml = text(STRING_MAX, XML_WRITE_MAX);
export const strings = array(string, BIG_LIST_MAX);
export { uuid };

/** Only the UUID finds a domain; the name is echoed in error texts. */
export interface DomainRef {
  readonly name: string;
  readonly uuid: string;
  /** -1 for one that does not run, and for one whose id is not known. */
  readonly id: number;
}

export const domain: Codec<DomainRef> = {
  ...struct({ name: string, uuid, id: int }),
  // Spelled out, because lists and statistics hold thousands of them.
  read: (from) => ({ name: from.string(STRING_MAX), uuid: uuid.read(from), id: from.int() }),
};
export const network = struct({ name: string, uuid });
export const pool = struct({ name: string, uuid });
/** Found by pool name and volume name; the key is ignored. */
export const volume = struct({ pool: string, name: string, key: string });
export const snapshot = struct({ name: string, domain });
export const checkpoint = struct({ name: string, domain });
export const secret = struct({ uuid, usageType: int, usageId: string });
export const nwfilter = struct({ name: string, uuid });
export const nwfilterBinding = struct({ portDevice: string, filterName: string });
export const networkPort = struct({ network, uuid });
export const nodeInterface = struct({ name: string, mac: string });
export const nodeDevice = struct({ name: string });

export type NetworkRef = ValueOf<typeof network>;
export type PoolRef = ValueOf<typeof pool>;
export type VolumeRef = ValueOf<typeof volume>;
export type SnapshotRef = ValueOf<typeof snapshot>;
export type CheckpointRef = ValueOf<typeof checkpoint>;

/** A domain by the one thing that counts. The name, where known, makes libvirt's error texts readable. */
export const domainRef = (uuidText: string, name = uuidText): DomainRef => ({ name, uuid: uuidText, id: -1 });
export const networkRef = (uuidText: string, name = uuidText): NetworkRef => ({ name, uuid: uuidText });
export const poolRef = (uuidText: string, name = uuidText): PoolRef => ({ name, uuid: uuidText });
export const volumeRef = (poolName: string, name: string): VolumeRef => ({ pool: poolName, name, key: '' });

export const optionalString: Codec<string | null> = optional(string);
/** The largest list libvirt has: the statistics of one domain. */
export const params: Codec<readonly TypedParam[]> = typedParams(262_144);
