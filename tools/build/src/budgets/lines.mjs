import { LanguageVariant, SyntaxKind } from "typescript/unstable/ast";
import { createScanner } from "typescript/unstable/ast/scanner";

/** Columns of a line: code is formatted to as many, and a longer line counts once for each so many begun. */
const COLUMNS = 110;

/** Comments that a tool reads; it wants them in one line. */
const DIRECTIVE = /\b(?:biome-ignore|Stryker (?:disable|restore))\b/;
/** What cannot be broken: one word behind the sign of the comment. */
const ONE_WORD = /^\s*(?:\/\/|\/?\*+)?\s*\S+\s*(?:\*\/)?$/;

/**
 * Returns how many lines of code a file has, and the numbers of its lines with comments that are longer than
 * {@link COLUMNS} columns. A line of code is neither blank nor only comment; one that is longer counts once
 * for each so many columns begun.
 *
 * @param path Its ending says the language.
 */
export function linesOf(path, text) {
  const code = withoutComments(path, text).split("\n");
  let count = 0;
  const longComments = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (code[index].trim() !== "") count += Math.ceil(line.length / COLUMNS);
    if (line.length > COLUMNS && code[index] !== line && !DIRECTIVE.test(line) && !ONE_WORD.test(line))
      longComments.push(index + 1);
  }
  return { count, longComments };
}

/** Replaces comments by spaces. */
function withoutComments(path, text) {
  if (path.endsWith(".css")) return text.replaceAll(/\/\*.*?\*\//gs, blank);
  if (path.endsWith(".html")) return text.replaceAll(/<!--.*?-->/gs, blank);
  let code = "";
  let end = 0;
  for (const [from, to] of commentsOf(text)) {
    code += text.slice(end, from) + blank(text.slice(from, to));
    end = to;
  }
  return code + text.slice(end);
}

function blank(comment) {
  return comment.replaceAll(/[^\n]/g, " ");
}

const COMMENTS = new Set([SyntaxKind.SingleLineCommentTrivia, SyntaxKind.MultiLineCommentTrivia]);
const SPACE = new Set([SyntaxKind.WhitespaceTrivia, SyntaxKind.NewLineTrivia]);

/** Yields where each comment of TypeScript or JavaScript begins and ends. */
function* commentsOf(text) {
  const scanner = createScanner(false, LanguageVariant.JSX, text);
  /** For each brace that is open, whether it is one of a template. */
  const braces = [];
  let before;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if (COMMENTS.has(kind)) yield [scanner.getTokenStart(), scanner.getTokenEnd()];
    else if (!SPACE.has(kind)) before = tokenIn(scanner, kind, before, braces);
  }
}

/** Returns the kind of a token; what begins with a slash or a brace is known only by what is before it. */
function tokenIn(scanner, kind, before, braces) {
  if (kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken)
    return beginsValue(before) ? scanner.reScanSlashToken() : kind;
  if (kind === SyntaxKind.OpenBraceToken || kind === SyntaxKind.TemplateHead)
    braces.push(kind === SyntaxKind.TemplateHead);
  if (kind !== SyntaxKind.CloseBraceToken || braces.pop() !== true) return kind;
  const part = scanner.reScanTemplateToken(false);
  if (part === SyntaxKind.TemplateMiddle) braces.push(true);
  return part;
}

/** What ends a value, so that a slash behind it divides; behind `<`, it closes an element. */
const ENDS = new Set([
  ...[SyntaxKind.Identifier, SyntaxKind.ThisKeyword, SyntaxKind.LessThanToken],
  ...[SyntaxKind.NumericLiteral, SyntaxKind.StringLiteral, SyntaxKind.RegularExpressionLiteral],
  ...[SyntaxKind.NoSubstitutionTemplateLiteral, SyntaxKind.TemplateTail],
  ...[SyntaxKind.CloseParenToken, SyntaxKind.CloseBracketToken, SyntaxKind.CloseBraceToken],
]);

function beginsValue(before) {
  return !ENDS.has(before);
}
