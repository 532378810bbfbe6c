/** Control characters, and what turns the direction of text around. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from a device or a user, safe to show: what could steer a terminal becomes a replacement character. */
export function printable(text: string): string {
  return text.toWellFormed().replace(HARMFUL, "\ufffd");
}
