/** What is used here of the package ssh2, which brings no types of its own. */
declare module 'ssh2' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';
  import type { Duplex } from 'node:stream';

  /** Not quite a Duplex: `destroy` waits for the server, and `close` for a reader. See ssh-channel.ts. */
  type Channel = Duplex;
  type ChannelCallback = (error: Error | undefined, channel: Channel) => void;

  interface ParsedKey {
    readonly type: string;
    isPrivateKey(): boolean;
  }

  type AuthMethod =
    | { type: 'publickey'; username: string; key: ParsedKey }
    | { type: 'password'; username: string; password: string }
    | {
        type: 'keyboard-interactive';
        username: string;
        prompt: (
          name: string,
          instructions: string,
          language: string,
          prompts: readonly unknown[],
          finish: (answers: string[]) => void,
        ) => void;
      };

  interface ConnectOptions {
    sock: Socket;
    username: string;
    authHandler: AuthMethod[];
    hostVerifier: (key: Buffer) => boolean;
    strictVendor: boolean;
    readyTimeout: number;
    keepaliveInterval: number;
    keepaliveCountMax: number;
  }

  class Client extends EventEmitter {
    connect(options: ConnectOptions): this;
    end(): this;
    exec(command: string, callback: ChannelCallback): this;
    forwardOut(fromHost: string, fromPort: number, host: string, port: number, done: ChannelCallback): this;
    openssh_forwardOutStreamLocal(path: string, done: ChannelCallback): this;
  }

  const ssh2: {
    Client: typeof Client;
    utils: { parseKey(data: string | Buffer, passphrase?: string): ParsedKey | ParsedKey[] | Error };
  };
  export type { Channel, ChannelCallback, Client, ParsedKey, AuthMethod };
  export default ssh2;
}
