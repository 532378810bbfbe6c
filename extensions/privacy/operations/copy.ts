import { countText } from "@rainhooks/core/counted";
import { RainhooksError } from "@rainhooks/core/errors";
import { failureOf } from "@rainhooks/stage/aws-failure";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { optionalText } from "@rainhooks/stage/query/params/kinds";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";

const LABEL_WIDTH = 15;
const MAX_LENGTH = 4096;

const text = (description: string, placeholder: string) =>
  optionalText({ description, placeholder, maxLength: MAX_LENGTH });

const HELP = `
--stage names the stage to copy to. It can be interrupted: the same command goes on. Rebuild its tables afterwards (docs/moving.md).

Examples:
  rainhooks copy --from old --stage new
  rainhooks copy --from old --from-region eu-central-1 --stage new --region eu-west-1
  rainhooks copy --from prod --from-profile old-account --stage prod`;

/** Copies from one stage to another, for a stage that moves. */
export const copy = defineOperation({
  name: "copy",
  summary:
    "Copy what another stage has and cannot be rebuilt: archive, rules, destinations; what is there stays",
  request: {
    from: text("The stage to copy from: local, or the name of a deployed one.", "stage"),
    fromRegion: text("Its AWS region (default: from your AWS configuration).", "name"),
    fromProfile: text("The profile of your AWS configuration that can read it, in another account.", "name"),
    fromData: text("Its data folder, of a local one.", "folder"),
  },
  // It needs what is configured on this machine.
  permission: "terminal",
  changes: "something",
  command: { words: "copy", help: HELP },
  title: () => "Copy a stage",
  check: ({ from, fromData }) => {
    if ((from ?? fromData) !== undefined) return;
    throw new RainhooksError(
      "input-invalid",
      "Name the stage to copy from: --from <stage>, or --from-data <folder>.",
    );
  },
  run: async (to, { from: stage, fromRegion: region, fromData: data, fromProfile: profile }, options) => {
    const { reachStage } = await import("@rainhooks/stage/commands/reach-stage");
    const { copyStage } = await import("../copy/copy-stage.ts");
    const from = await reachStage({ stage, region, data, profile }).catch((thrown: unknown) => {
      const { code, message } = failureOf(thrown);
      throw new RainhooksError(code, `The stage to copy from: ${message}`, { cause: thrown });
    });
    return { ...(await copyStage({ from, to }, options)), stage: to.outputs.stage };
  },
  view: {
    json: ({ tables, ...copied }) => ({ ...copied, tables: Object.fromEntries(tables) }),
    result: ({ objects, tables, secrets }) =>
      formatLines(
        [
          ["archive", `${countText(objects, "object")} copied`],
          ...[...tables].map(([name, items]): Line => [name, `${countText(items, "item")} copied`]),
          ["secrets", `those of ${countText(secrets, "destination")} copied`],
        ],
        LABEL_WIDTH,
      ),
    notes: ({ missing, stage }) => [
      ...missing.map((name) => `The table ${name} was not copied: the other stage does not have it.`),
      `Now rebuild the tables of ${stage}: rainhooks rebuild start node-status, and time-series.`,
    ],
  },
  recorded: { result: ({ objects, secrets }) => ({ objects, secrets }) },
});
