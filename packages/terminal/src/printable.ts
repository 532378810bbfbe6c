/** Control characters but for the ends of lines and tabs, and what turns the direction of text around. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from a device or a user, safe to show: what could steer a terminal becomes a replacement character. */
export function printable(text: string): string {
  return text.toWellFormed().replace(STEERING, "\ufffd");
}

/** The same for text that has lines of its own. */
export function printableLines(text: string): string {
  return text.toWellFormed().replace(STEERING, (one) => (/[\r\n\t]/.test(one) ? one : "\ufffd"));
}

/** JSON whose texts are safe to show, and still say the same: what could steer a terminal is escaped. */
export function printableJson(json: string): string {
  return json
    .toWellFormed()
    .replace(STEERING, (one) =>
      /[\r\n\t]/.test(one) ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** The same for a message that has to stay on one line. */
export function printableLine(text: string): string {
  return printable(oneLine(text));
}

/** The lines of a text, trimmed, as one. */
export function oneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
