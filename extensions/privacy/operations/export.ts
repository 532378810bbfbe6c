import { countText } from "@rainhooks/core/count-text";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { requiredChoice, requiredText } from "@rainhooks/stage/query/params/kinds";
import { NAMES_NO_USER } from "../erase/leftovers.ts";
import { SUBJECT } from "./erase.ts";

/** Writes all that is stored of a node or a user to a folder. */
export const exportData = defineOperation({
  name: "export",
  summary: "Write all that is stored of a node or a user to a folder, as JSON and CSV",
  request: {
    kind: requiredChoice({ description: "What the id is of.", placeholder: "kind" }, [
      "node",
      "user",
    ]),
    id: SUBJECT.id("node or the user"),
    to: requiredText({
      description: "Folder to write to; it must not exist.",
      placeholder: "folder",
      maxLength: 4096,
    }),
    also: SUBJECT.also,
  },
  // It writes to this machine.
  permission: "terminal",
  changes: "nothing",
  command: { words: "export", args: ["kind", "id"] },
  run: async (stage, { kind, id, to, also }, options) => {
    const { planErasure } = await import("../erase/plan.ts");
    const { ExportFiles } = await import("../views/export-files.ts");
    const files = new ExportFiles(to);
    try {
      const onFound = files.write.bind(files);
      const { leftovers } = await planErasure(stage, { kind, id, also }, { ...options, onFound });
      const notes = leftovers.map(({ where }) => where).filter((one) => one === NAMES_NO_USER);
      return { ...files.written, to, notes };
    } finally {
      files.close();
    }
  },
  view: {
    result: ({ deliveries, tables, "dead-letters": letters, to, notes }) =>
      [
        `${countText(deliveries, "delivery", "deliveries")}, ${countText(tables, "item")} of tables and ${countText(letters, "dead letter")} written to ${to}`,
        ...notes,
      ].join("\n"),
  },
});
