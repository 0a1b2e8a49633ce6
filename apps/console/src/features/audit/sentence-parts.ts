/** Cuts a sentence at its slots, so that names in it can be links. */
export interface SlotPart {
  readonly slot: string;
}

export function sentenceParts(sentence: string): (string | SlotPart)[] {
  return sentence
    .split(/(\{\w+\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\{\w+\}$/.test(part) ? { slot: part.slice(1, -1) } : part));
}
