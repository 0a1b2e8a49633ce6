/** For tests of what is built on this library. */
export { addBoxUser } from './box-user.ts';
export { duplexPair } from './duplex-pair.ts';
export type { FakeClient } from './fake-client.ts';
export { type FakeHandlers, FakeLibvirtd } from './fake-libvirtd.ts';
export type { FakeStream } from './fake-stream.ts';
export { freePort } from './free-port.ts';
export { type LibvirtdOptions, PrivateLibvirtd } from './private-libvirtd.ts';
export { PrivateSshd, type SshdOptions } from './private-sshd.ts';
export { refuse, refuseUnsupported } from './refusals.ts';
export { type Certificate, type CertificateOptions, TestPki } from './test-pki.ts';
export { canConnectTo, waitUntil } from './wait-until.ts';
/** For what stands between a client and a server. */
export { refusal, wireRefusal } from '../session/refusal.ts';
export { type Frame, FrameDecoder, FrameEncoder, Status, Type } from '../session/frames.ts';
export { KEEPALIVE_PROGRAM, Keepalive } from '../session/keepalive.ts';
export { decode, encode } from '../xdr/coding.ts';
