/**
 * Control characters except tabs and line ends, and characters that change the direction of text.
 */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes text of a device or a user safe to print: control characters are replaced by the
 * replacement character.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(STEERING, "\ufffd");
}

/** The same for text with several lines. */
export function printableLines(text: string): string {
  return text.toWellFormed().replace(STEERING, (one) => (/[\r\n\t]/.test(one) ? one : "\ufffd"));
}

/** Makes JSON safe to print without changing its meaning: control characters are escaped. */
export function printableJson(json: string): string {
  return json
    .toWellFormed()
    .replace(STEERING, (one) =>
      /[\r\n\t]/.test(one) ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** The same for a message that must stay on one line. */
export function printableLine(text: string): string {
  return printable(oneLine(text));
}

/** Joins the trimmed lines of a text. */
export function oneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** The first half of a character that UTF-16 writes as two. */
const HALF = /[\ud800-\udbff]$/;

/** Shortens a text to a maximum length, with an ellipsis. */
export function shortenText(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : `${text
        .slice(0, maxLength - 1)
        .replace(HALF, "")
        .toWellFormed()}…`;
}

/**
 * Makes a text from outside safe to print on one line: without control characters and secrets of
 * URLs, and not too long.
 */
export function safeLine(text: string, maxLength: number): string {
  return shortenText(maskUrls(printableLine(text)), maxLength);
}

const ADDRESS = /\b([a-z][a-z0-9+.-]{0,30}):\/\/([^\s"'<>]*)/gi;

/**
 * Leaves only scheme, host and port of the URLs in a text: user names, paths and queries often
 * contain secrets.
 */
export function maskUrls(text: string): string {
  return text.replace(ADDRESS, (_, scheme: string, rest: string) => {
    const authority = /^[^/?#\\]*/.exec(rest)?.[0] ?? "";
    const host = authority.slice(authority.lastIndexOf("@") + 1);
    const isWhole = host === rest || `${host}/` === rest;
    return `${scheme}://${host}${isWhole ? "" : "/…"}`;
  });
}
