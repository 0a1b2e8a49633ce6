import type { Image } from '@loucloud/api';

/** Why no VM can be made from the image. */
export function reasonAgainst(
  { state }: Pick<Image, 'state'>,
  t: (key: 'changedHint' | 'missingHint') => string,
): string | undefined {
  if (state === 'changed') return t('changedHint');
  return state === 'missing' ? t('missingHint') : undefined;
}
