/** Columns of a line of comment: code is formatted to as many. */
const COLUMNS = 100;

/** Comments that a tool reads; it wants them in one line. */
const DIRECTIVE = /\b(?:biome-ignore|Stryker (?:disable|restore))\b/;
/** What cannot be broken: one word behind the sign of the comment. */
const ONE_WORD = /^\s*(?:\/\/|\/?\*+)?\s*\S+\s*(?:\*\/)?$/;
/** A line of a comment alone, and a comment at the end of a line. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*(?:\s|\/))|\s\/\/ /;

/** Returns the numbers of the lines with comments that are longer than {@link COLUMNS} columns. */
export function longComments(text) {
  return text.split("\n").flatMap((line, index) => {
    const isLong =
      line.length > COLUMNS && COMMENT.test(line) && !DIRECTIVE.test(line) && !ONE_WORD.test(line);
    return isLong ? [index + 1] : [];
  });
}
