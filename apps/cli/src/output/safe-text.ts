/**
 * What others wrote (names, user agents, libvirt's words) must not command the reader's terminal: no control character
 * gets through, and none that turns the direction of writing round. Line breaks and tabs are for texts alone.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g; // oxlint-disable-line no-control-regex
const UNSAFE_BUT_BREAKS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g; // oxlint-disable-line no-control-regex

export const safeLine = (text: string): string => text.replace(UNSAFE, '\ufffd');
export const safeText = (text: string): string => text.replace(UNSAFE_BUT_BREAKS, '\ufffd');

/** JSON means the same with these escaped. */
export const safeJson = (json: string): string =>
  json.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
