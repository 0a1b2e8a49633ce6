const TIGHT_RATIO = 0.8;
const FULL_RATIO = 0.9;

/** Of the disk itself, whoever has filled it: VMs are paused when nothing is left. */
export function poolFullness(availableBytes: number, capacityBytes: number) {
  const ratio = capacityBytes > 0 ? 1 - availableBytes / capacityBytes : 0;
  return { ratio, isTight: ratio >= TIGHT_RATIO, isFull: ratio >= FULL_RATIO };
}
