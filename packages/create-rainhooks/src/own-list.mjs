import { identifierOf } from "./choices.mjs";

/** The functions of the first extension of a list. */
const FUNCTIONS = /(OWN_EXTENSIONS\b[\s\S]*?functions: \[)([^\]]*)\]/;

/**
 * Adds a webhook to the source of the list of own extensions: to the functions of the first one. The
 * formatter may have put each of them on a line of its own.
 *
 * @param from The module that exports it.
 * @returns `undefined` if the source has another form.
 */
export function withWebhook(text, name, from) {
  if (!FUNCTIONS.test(text)) return undefined;
  const identifier = identifierOf(name);
  const listed = text.replace(FUNCTIONS, (_, start, own) => {
    const others = own.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
    return `${start}${[...others, identifier].join(", ")}]`;
  });
  return `import { ${identifier} } from "${from}";\n${listed}`;
}
