declare module '@novnc/novnc' {
  export { default } from '@novnc/novnc/lib/rfb';
}
