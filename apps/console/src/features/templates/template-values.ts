/** What the form of a template holds, and what it asks of the disk. */
import type { Image, RequestFor, Template } from '@loucloud/api';

const GIB = 2 ** 30;
const QUARTER_GIB = GIB / 4;

export interface TemplateValues {
  readonly name: string;
  readonly description: string;
  readonly imageId: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
  /** '': the default network. */
  readonly networkId: string;
  readonly firmware: Template['firmware'];
  readonly visibility: Template['visibility'];
  readonly userIds: readonly string[];
}

export const newTemplate: TemplateValues = {
  name: '',
  description: '',
  imageId: '',
  vcpus: 2,
  memoryMib: 2048,
  diskBytes: 20 * GIB,
  networkId: '',
  firmware: 'bios',
  visibility: 'all',
  userIds: [],
};

export const valuesOf = ({
  name,
  description,
  imageId,
  vcpus,
  memoryMib,
  diskBytes,
  networkId,
  firmware,
  visibility,
  userIds,
}: Template): TemplateValues => ({
  name,
  description,
  imageId,
  vcpus,
  memoryMib,
  diskBytes,
  networkId,
  firmware,
  visibility,
  userIds,
});

export const bodyOf = ({
  networkId,
  userIds,
  ...values
}: TemplateValues): RequestFor<'templateCreate'>['body'] => ({
  ...values,
  ...(networkId === '' ? {} : { networkId }),
  userIds: values.visibility === 'chosen' ? [...userIds] : [],
});

type Disk = Pick<Image, 'format' | 'virtualSizeBytes'>;

/** An installation disc is put in beside the disk; everything else is what the disk is made from. */
export const leastDiskBytes = ({ format, virtualSizeBytes }: Disk): number =>
  format === 'iso' ? 0 : virtualSizeBytes;

/** Large enough for the image, in a number that is easy to read. */
export function roomyDiskBytes(image: Disk, wanted: number): number {
  const least = leastDiskBytes(image);
  if (wanted >= least) return wanted;
  const step = least < GIB ? QUARTER_GIB : GIB;
  return Math.ceil(least / step) * step;
}
