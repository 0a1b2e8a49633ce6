export { PrivateLibvirtd } from './private-libvirtd.ts';
export { waitUntil } from './wait-until.ts';
