import type { DocumentedField } from "./fields.ts";
import { tableOf } from "./markdown.ts";

const HEAD = `# Fields of a stage

A stage is a file in \`infra/stages\`. \`npm run new-stage\` makes one. These are its fields; a wrong value is refused at synthesis, with
the stage, the field and what to do. [deploy.md](deploy.md) has examples.

This page is made from the types in \`packages/stack/src/config\` and the folders \`stack\` of extensions by \`npm run reference\`.
`;

/** Returns the text of docs/stage-fields.md. */
export function fieldsPage(fields: readonly DocumentedField[]): string {
  const groups = Map.groupBy(fields, ({ path }) => groupOf(path));
  const parts = [...groups].map(([group, own]) => {
    const rows = own.map((field) => {
      const name = group === "" ? field.path : field.path.slice(group.length + 1);
      const fallback = field.required ? "required" : field.defaultValue;
      return [`\`${name}\``, `\`${field.type}\``, fallback, field.text].map(escaped);
    });
    const title = group === "" ? "## The stage" : `## \`${group}\``;
    return `${title}\n\n${tableOf(["field", "type", "default", ""], rows)}\n`;
  });
  return [HEAD, ...parts].join("\n");
}

function groupOf(path: string): string {
  return path.split(".").slice(0, -1).join(".");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
