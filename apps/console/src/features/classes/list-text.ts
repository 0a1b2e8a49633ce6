/** The text of a list that a school's office has saved: UTF-8, or as Excel writes it in Chinese (GB 18030, which GBK is part of). */
export function listText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
