/** remote_protocol.x: a domain's consoles, channels and screen. */
import { uint } from '../xdr/codecs.ts';
import { domain, optionalString } from './objects.ts';
import { nothing, slow, streaming } from './rows.ts';

export const consoleProcedures = {
  /** No device means the first console. Only what comes after opening is heard. */
  domainOpenConsole: streaming('both', {
    number: 201,
    args: { domain, device: optionalString, flags: uint },
    reply: nothing,
  }),
  domainOpenChannel: streaming('both', {
    number: 296,
    args: { domain, channel: optionalString, flags: uint },
    reply: nothing,
  }),
  domainScreenshot: streaming('download', {
    number: 211,
    args: { domain, screen: uint, flags: uint },
    reply: { mime: optionalString },
  }),
  /** Both need a file descriptor to be passed, which Node cannot do: here for completeness of the table. */
  domainOpenGraphics: slow(249, { domain, index: uint, flags: uint }, nothing),
  domainOpenGraphicsFd: slow(343, { domain, index: uint, flags: uint }, nothing),
};
