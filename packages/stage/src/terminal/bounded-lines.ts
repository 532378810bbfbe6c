import type { Writable } from "node:stream";

/** Maximum characters that wait for a slow reader. */
const MAX_WAITING = 256 * 1024;

/**
 * Creates a function that writes lines to a stream, such as a terminal. Lines that a slow reader
 * cannot take in time are left out and counted, so that they need no memory.
 */
export function boundedLines(stream: Writable): (line: string) => void {
  let leftOut = 0;
  return (line) => {
    if (stream.writableLength > MAX_WAITING) {
      if (leftOut === 0)
        stream.once("drain", () => {
          stream.write(
            `(left out, because the output is slow: ${leftOut} ${leftOut === 1 ? "line" : "lines"})\n`,
          );
          leftOut = 0;
        });
      leftOut += 1;
    } else stream.write(`${line}\n`);
  };
}
