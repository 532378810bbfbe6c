import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { identifierOf } from "./choices.mjs";

/*
 * The files in `templates` are those of a webhook door-bell for alerts, which are type-checked as
 * they stand, and of a project my-hooks.
 */
const FOLDER = fileURLToPath(new URL("../templates", import.meta.url));

/** Returns the texts of a folder of templates, by path, as `change` makes them. */
export function readTemplates(folder, change) {
  const root = join(FOLDER, folder);
  const paths = readdirSync(root, { recursive: true }).map((path) => path.replaceAll("\\", "/"));
  const files = paths.filter(
    (path) => /\.\w+$|^gitignore$/.test(path) && !path.endsWith(".github"),
  );
  return Object.fromEntries(
    files.map((path) => [path, change(readFileSync(join(root, path), "utf8"), path)]),
  );
}

/** Returns the files of a new webhook's app, by path: a package of this workspace. */
export function filesOf(choices) {
  const code = codeOf(choices, "@jest/globals");
  const app = readTemplates("app", (text) => {
    const [always, onlyHttp] = named(text, choices).split("<!-- http -->\n");
    return choices.sink === "http" && onlyHttp !== undefined
      ? always + onlyHttp
      : `${always.trim()}\n`;
  });
  return {
    ...app,
    ...Object.fromEntries(Object.entries(code).map(([path, text]) => [`src/${path}`, text])),
  };
}

/**
 * Returns the files of a webhook in a project that has Rainhooks as installed packages, by path in
 * its folder.
 */
export function projectFilesOf(choices) {
  return codeOf(choices, "node:test");
}

function codeOf(choices, framework) {
  const types = choices.events.map((type) => JSON.stringify(`rmaker.event.${type}`));
  const samples = types.map((type) => `eventOf(${type}, { nodeId: "n1" })`);
  return readTemplates(choices.sink, (text) =>
    named(text, choices)
      .replace(/events: \[.*\]/, `events: [${types.join(", ")}]`)
      .replace(/RainmakerEvent<"[^>]*>/, `RainmakerEvent<${types.join(" | ")}>`)
      .replace(/EVENTS = \[.*\]/, `EVENTS = [${samples.join(", ")}]`)
      .replace("@jest/globals", framework),
  );
}

function named(text, { name, events: [first] }) {
  return text
    .replaceAll("doorBell", identifierOf(name))
    .replaceAll("door-bell", name)
    .replace(/trigger alert( *)/, (one, space) =>
      `trigger ${first}`.padEnd(space === "" ? 0 : one.length),
    );
}

/** The functions of the first extension of a list. */
const FUNCTIONS = /(PROJECT_EXTENSIONS\b[\s\S]*?functions: \[)([^\]]*)\]/;

/**
 * Adds a webhook to the source of the list of project extensions: to the functions of the first
 * one. The formatter may have put each of them on a line of its own.
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
