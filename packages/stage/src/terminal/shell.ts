const PLAIN = /^[\w./:@%+=,-]+$/;
/**
 * Characters that would steer the terminal into which a command is pasted, or make a line break of
 * their own.
 */
const STEERING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const EACH_STEERING = new RegExp(`${STEERING.source}|['\\\\]`, "gu");

/**
 * Quotes a text as one word of a command for a shell, so that the shell reads the text as it is,
 * and a terminal sees no control character when the command is pasted. Text with control characters
 * is written as `$'…'`, which bash, zsh and ksh read.
 */
export function shellWord(text: string): string {
  const wellFormed = text.toWellFormed();
  if (PLAIN.test(wellFormed) && !/^[-=]/.test(wellFormed)) return wellFormed;
  if (STEERING.test(wellFormed)) return `$'${wellFormed.replace(EACH_STEERING, bytesOf)}'`;
  return `'${wellFormed.replaceAll("'", "'\\''")}'`;
}

/** Writes each byte of UTF-8 as `\xHH`. */
function bytesOf(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}
