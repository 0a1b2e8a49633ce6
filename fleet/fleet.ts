/** Many hosts on one libvirtd: for scenarios, for trying the console, for measuring. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FleetHost } from './fleet-host.ts';

export interface FleetOptions {
  readonly hosts: number;
  readonly vcpus?: number;
  readonly memoryMib?: number;
  /** Of a libvirtd that has the test driver, and sees this machine's files. */
  readonly libvirtdSocket?: string;
}

const LIBVIRTD_SOCKET = '/run/libvirt/libvirt-sock';
/** Small: a test node's pool has 100 GiB, whatever one says, and is to have room for many disks. */
export const IMAGE_BYTES = 2 ** 24;

export class Fleet implements AsyncDisposable {
  readonly hosts: readonly FleetHost[];
  /** A disk image that every host has at the same path, as on shared storage. */
  readonly imagePath: string;
  readonly #folder: string;

  static async start(options: FleetOptions): Promise<Fleet> {
    const { vcpus = 64, memoryMib = 262_144, libvirtdSocket = LIBVIRTD_SOCKET } = options;
    const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    const imagePath = join(folder, 'images/guest.qcow2');
    await mkdir(join(folder, 'images'));
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', imagePath, String(IMAGE_BYTES)]);
    const image = { path: imagePath, sizeBytes: (await stat(imagePath)).size };
    const digits = String(options.hosts).length;
    const hosts: FleetHost[] = [];
    for (let number = 1; number <= options.hosts; number++) {
      const name = `host-${String(number).padStart(digits, '0')}`;
      hosts.push(await FleetHost.start({ name, folder, libvirtdSocket, vcpus, memoryMib, image }));
    }
    return new Fleet(folder, imagePath, hosts);
  }

  private constructor(folder: string, imagePath: string, hosts: readonly FleetHost[]) {
    this.#folder = folder;
    this.imagePath = imagePath;
    this.hosts = hosts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
