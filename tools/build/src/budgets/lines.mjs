/** Columns of a line: code is formatted to as many, and a longer line counts once for each so many begun. */
const COLUMNS = 110;

/** Comments that a tool reads; it wants them in one line. */
const DIRECTIVE = /\b(?:biome-ignore|Stryker (?:disable|restore))\b/;
/** What cannot be broken: one word behind the sign of the comment. */
const ONE_WORD = /^\s*(?:\/\/|\/?\*+)?\s*\S+\s*(?:\*\/)?$/;
/** A comment at the end of a line. */
const BEHIND_CODE = /\s\/\/ /;

/**
 * Returns how many lines of code a file has, and the numbers of its lines with comments that are longer than
 * {@link COLUMNS} columns. A line of code is neither blank nor only comment; one that is longer counts once
 * for each so many columns begun.
 *
 * @param path Its ending says the language.
 */
export function linesOf(path, text) {
  const [begin, end] = path.endsWith(".html") ? ["<!--", "-->"] : ["/*", "*/"];
  let count = 0;
  let isOpen = false;
  const longComments = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [own, after] = codeOf(line.trim(), isOpen, begin, end);
    isOpen = after;
    const isComment = own === "" || own.startsWith("//");
    if (!isComment) count += Math.ceil(line.length / COLUMNS);
    if ((isComment || BEHIND_CODE.test(line)) && isTooLong(line)) longComments.push(index + 1);
  }
  return { count, longComments };
}

/** Returns what of a line is behind the comment with which it begins, and whether that is still open. */
function codeOf(line, isOpen, begin, end) {
  if (!isOpen && !line.startsWith(begin)) return [line, false];
  const at = line.indexOf(end);
  return at < 0 ? ["", true] : [line.slice(at + end.length).trim(), false];
}

function isTooLong(line) {
  return line.length > COLUMNS && !DIRECTIVE.test(line) && !ONE_WORD.test(line);
}
