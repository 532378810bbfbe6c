import { DEPLOYER_CHANGES } from "@rainhooks/infra/policies/deployer";
import { TASK_CHANGES } from "@rainhooks/infra/policies/operator";
import { CHANGES, type Changes } from "@rainhooks/stack/stack-part";
import { tableOf } from "./markdown.ts";

function textOf(changes: Changes): string {
  const texts = Object.entries(CHANGES).flatMap(([kind, text]) => {
    const names = changes[kind as keyof Changes] ?? [];
    return names.length === 0 ? [] : [`${text} ${names.map((name) => `\`${name}\``).join(", ")}`];
  });
  return texts.length === 0 ? "nothing" : texts.join("; ");
}

/** Puts what each policy may change into its page, as a table. */
export function withRightsTable(page: string): string {
  const rows = [
    ...[...TASK_CHANGES].map(([task, { changes, isRecorded }]) => [
      `task \`${task}\``,
      textOf(changes),
      isRecorded ? "yes" : "",
    ]),
    ["the deployer", textOf(DEPLOYER_CHANGES), ""],
    ...["the planner", "services, by the key's policy"].map((who) => [who, textOf({}), ""]),
  ];
  return page.replace(
    /(<!-- changes -->\n)[\s\S]*(<!-- \/changes -->)/,
    (_, start, end) =>
      `${start}\n${tableOf(["who", "may change at most", "recorded"], rows)}\n\n${end}`,
  );
}
