import { LanguageVariant, SyntaxKind } from "typescript/unstable/ast";
import { createScanner } from "typescript/unstable/ast/scanner";

/** Words, numbers, texts and signs of style sheets and pages; comments are taken out before. */
const OTHER_TOKENS = /"[^"]*"|'[^']*'|[\w-]+|[^\s\w]/g;
const OTHER_COMMENTS = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g;

/**
 * Returns how many tokens of code a file has, as TypeScript's scanner reads them, and on how many
 * lines they begin. Comments and blanks are no tokens, and neither is a comma before the end of a
 * list, which the formatter decides. A text is one; a template is one for each part around its
 * expressions, and so is each text between elements.
 *
 * @param path Its ending says the language.
 */
export function countTokens(path, text) {
  if (!/\.(?:css|html)$/.test(path)) return new TokenCounter(text, /\.[jt]sx$/.test(path)).count();
  const code = text.replace(OTHER_COMMENTS, "");
  return {
    tokens: code.match(OTHER_TOKENS)?.length ?? 0,
    lines: code.split("\n").filter((line) => line.trim() !== "").length,
  };
}

/** Behind these keywords an expression begins; the others can be names. */
const BEFORE_EXPRESSIONS = new Set([
  SyntaxKind.AwaitKeyword,
  SyntaxKind.CaseKeyword,
  SyntaxKind.DefaultKeyword,
  SyntaxKind.DeleteKeyword,
  SyntaxKind.DoKeyword,
  SyntaxKind.ElseKeyword,
  SyntaxKind.ExtendsKeyword,
  SyntaxKind.InKeyword,
  SyntaxKind.InstanceOfKeyword,
  SyntaxKind.NewKeyword,
  SyntaxKind.OfKeyword,
  SyntaxKind.ReturnKeyword,
  SyntaxKind.ThrowKeyword,
  SyntaxKind.TypeOfKeyword,
  SyntaxKind.VoidKeyword,
  SyntaxKind.YieldKeyword,
]);

/** Behind these signs, a slash divides and `<` compares or begins types. */
const ENDS_OF_VALUES = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.PrivateIdentifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.PlusPlusToken,
  SyntaxKind.MinusMinusToken,
]);

const ENDS_OF_LISTS = new Set([
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
]);

/** Types before the parameters of a function, which look like the begin of an element. */
const TYPE_PARAMETERS = /^<(?:const )?\w+(?:,|>\(| extends\b)/;

/**
 * Counts with the scanner of the compiler. What only a parser knows (whether a slash divides, a
 * brace ends the expression of a template, `<` begins an element) is decided by the token before.
 */
class TokenCounter {
  #scanner;
  #text;
  #hasElements;
  #tokens = 0;
  #lines = 0;
  /** Where the token before begins. */
  #start = -1;
  /** The two tokens before: a keyword behind a dot is a name. */
  #last = SyntaxKind.Unknown;
  #beforeLast = SyntaxKind.Unknown;

  constructor(text, hasElements) {
    const variant = hasElements ? LanguageVariant.JSX : LanguageVariant.Standard;
    this.#scanner = createScanner(true, variant, text);
    this.#text = text;
    this.#hasElements = hasElements;
  }

  count() {
    this.#code();
    return { tokens: this.#tokens, lines: this.#lines };
  }

  /**
   * Counts code up to the end of the file, or to the brace that ends the block or the template
   * around it.
   */
  #code(around) {
    for (let kind = this.#next(); kind !== SyntaxKind.EndOfFile; kind = this.#next()) {
      if (kind === SyntaxKind.CloseBraceToken && this.#isEnd(around)) return;
      if (kind === SyntaxKind.OpenBraceToken || kind === SyntaxKind.TemplateHead) this.#code(kind);
      else if (kind === SyntaxKind.LessThanToken && this.#isElement()) this.#element();
    }
  }

  /** Whether a closing brace ends what is around it: not so between the parts of a template. */
  #isEnd(around) {
    if (around !== SyntaxKind.TemplateHead) return around !== undefined;
    this.#last = this.#scanner.reScanTemplateToken(false);
    return this.#last === SyntaxKind.TemplateTail;
  }

  /** Counts the next token, and returns what it is. */
  #next() {
    const isValue = this.#endsValue();
    let kind = this.#scanner.scan();
    const isSlash = kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken;
    if (isSlash && !isValue) kind = this.#scanner.reScanSlashToken();
    if (
      kind === SyntaxKind.GreaterThanToken &&
      this.#text[this.#scanner.getTokenStart() - 1] === " "
    )
      kind = this.#scanner.reScanGreaterToken();
    if (kind === SyntaxKind.LessThanToken && isValue) kind = SyntaxKind.Unknown;
    return this.#take(kind);
  }

  #endsValue() {
    if (ENDS_OF_VALUES.has(this.#last) || this.#beforeLast === SyntaxKind.DotToken) return true;
    return isKeyword(this.#last) && !BEFORE_EXPRESSIONS.has(this.#last);
  }

  #take(kind) {
    if (kind !== SyntaxKind.EndOfFile) {
      const start = this.#scanner.getTokenStart();
      if (this.#start < 0 || this.#text.slice(this.#start, start).includes("\n")) this.#lines++;
      this.#start = start;
      // That stands for the comma, which is counted already.
      if (this.#last !== SyntaxKind.CommaToken || !ENDS_OF_LISTS.has(kind)) this.#tokens++;
    }
    this.#beforeLast = this.#last;
    this.#last = kind;
    return kind;
  }

  #isElement() {
    return (
      this.#hasElements && !TYPE_PARAMETERS.test(this.#text.slice(this.#scanner.getTokenStart()))
    );
  }

  /** Counts an element whose `<` is counted, with what is in it. */
  #element() {
    if (!this.#tag()) this.#children();
    // What follows an element is an operator or a sign, as behind a value.
    this.#last = SyntaxKind.CloseParenToken;
  }

  /** Counts a tag behind its `<`; returns whether the element ends with it. */
  #tag() {
    for (;;) {
      const kind = this.#take(this.#scanner.scan());
      if (kind === SyntaxKind.OpenBraceToken) this.#code(kind);
      else if (kind === SyntaxKind.EqualsToken) this.#value();
      else if (kind === SyntaxKind.GreaterThanToken)
        return this.#beforeLast === SyntaxKind.SlashToken;
      else if (kind === SyntaxKind.EndOfFile) return true;
      else if (kind === SyntaxKind.Identifier || isKeyword(kind)) this.#scanner.scanJsxIdentifier();
    }
  }

  /** Counts the value of an attribute. */
  #value() {
    const kind = this.#take(this.#scanner.scanJsxAttributeValue());
    if (kind === SyntaxKind.OpenBraceToken) this.#code(kind);
  }

  /** Counts what is between the tags of an element, and its closing tag. */
  #children() {
    for (;;) {
      const kind = this.#scanner.scanJsxToken();
      if (kind === SyntaxKind.JsxTextAllWhiteSpaces) continue;
      this.#take(kind);
      if (kind === SyntaxKind.EndOfFile) return;
      if (kind === SyntaxKind.OpenBraceToken) this.#code(kind);
      else if (kind === SyntaxKind.LessThanToken) this.#element();
      else if (kind === SyntaxKind.LessThanSlashToken) {
        this.#tag();
        return;
      }
    }
  }
}

function isKeyword(kind) {
  return kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword;
}
