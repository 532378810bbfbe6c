import { commandTree, type DocumentedCommand } from "@rainhooks/app-cli/docs/command-tree";
import { cell, tableOf } from "./markdown.ts";

const HEAD = `# Commands

Every command of \`rainhooks\`, as \`rainhooks help <command>\` prints it. In a clone, type \`npm run -s rainhooks --\` instead of \`rainhooks\`.

Commands use the stage that \`npm start\` runs on this machine, unless \`--stage\` or \`RAINHOOKS_STAGE\` names a deployed one. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 not found.

This page is made from the program by \`npm run reference\`.
`;

/** Returns the text of docs/commands.md. */
export async function commandsPage(): Promise<string> {
  const groups = await commandTree();
  const rows = groups.flatMap((group) =>
    [group, ...group.commands].map(({ name, description }) => [
      `[\`${name}\`](#${anchorOf(name)})`,
      cell(description),
    ]),
  );
  return [
    HEAD,
    `${tableOf(["command", "what it does"], rows)}\n`,
    ...groups.flatMap((group) => [
      sectionOf("##", group),
      ...group.commands.map((one) => sectionOf("###", one)),
    ]),
  ].join("\n");
}

function sectionOf(level: string, { name, help }: DocumentedCommand): string {
  return `${level} ${name}\n\n\`\`\`\n${help.trim()}\n\`\`\`\n`;
}

/** As GitHub and the site name headings. */
function anchorOf(name: string): string {
  return name.replaceAll(" ", "-");
}
