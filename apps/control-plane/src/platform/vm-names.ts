/** Names of VMs that keep something from being removed: those in the recycle bin apart, since nobody sees them in a list. */
export interface VmNames {
  readonly vms: string[];
  readonly recycled: string[];
}

export function vmNamesOf(rows: readonly { readonly name: string; readonly bin_key: string }[]): VmNames {
  const names = (isRecycled: boolean) =>
    rows.filter(({ bin_key }) => (bin_key !== '') === isRecycled).map(({ name }) => name);
  return { vms: names(false), recycled: names(true) };
}
