export {
  ArgumentError,
  CallTimeoutError,
  ConnectError,
  type ConnectReason,
  ConnectionLostError,
  type HostKey,
  LibvirtClientError,
  LibvirtError,
  ProtocolError,
  isRefusal,
} from './errors.ts';
export type {
  AgentState,
  DomainLifecycle,
  IoErrorAction,
  MetadataName,
  NamedDomainEvent,
} from './link/domain-events.ts';
export { Link, type LinkOptions, type LinkState } from './link/link.ts';
export type { LinkCallOptions } from './link/link-session.ts';
export type { NamedNetworkEvent, NamedPoolEvent } from './link/object-events.ts';
export * from './protocol/constants.ts';
export { ErrorNumber, ErrorOrigin } from './protocol/error-numbers.ts';
export type { EventName, LibvirtEvent, PayloadOf } from './protocol/events.ts';
export * from './protocol/flags.ts';
export {
  type CheckpointRef,
  type DomainRef,
  type NetworkRef,
  type PoolRef,
  type SnapshotRef,
  type VolumeRef,
  domainRef,
  networkRef,
  poolRef,
  volumeRef,
} from './protocol/objects.ts';
export {
  type AnyProcedureName,
  type ArgsOf,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
  procedures,
} from './protocol/procedures.ts';
export type { Lane, Priority, Procedure, StreamDirection, StreamProcedure } from './protocol/rows.ts';
export type { CallOptions } from './session/calls.ts';
export type { ConnectionOptions } from './session/connection-options.ts';
export { Connection } from './session/connection.ts';
export type { KeepaliveOptions } from './session/keepalive.ts';
export type { Segment } from './session/segments.ts';
export { segmentsOf } from './session/sparse.ts';
export { LibvirtStream } from './session/stream.ts';
export { readHostKey } from './transport/host-key.ts';
export type { SshOptions } from './transport/ssh-options.ts';
export { sshTransport } from './transport/ssh.ts';
export { readLent } from './transport/lent-reads.ts';
export { openTcp } from './transport/sockets.ts';
export { type TlsCredentials, type TlsOptions, secureSocket, tlsTransport } from './transport/tls.ts';
export type { ForwardTarget, Transport } from './transport/transport.ts';
export { type ConnectionUri, parseUri } from './transport/uri.ts';
export { type TypedParam, type TypedValue, paramsByName } from './xdr/typed-params.ts';
