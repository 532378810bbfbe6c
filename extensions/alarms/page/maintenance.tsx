import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { Form, type FormField, type FormValues, useValues } from "@rainhooks/page/form.jsx";
import { ONCE, useGet, useReading, useTyped } from "@rainhooks/page/live";
import { type Column, ReadTable, textColumn, timeColumn } from "@rainhooks/page/table.jsx";
import { currentMs, timeOfText, timeText, zone } from "@rainhooks/page/time";
import { say } from "@rainhooks/page/toasts.jsx";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import type { SearchResponse } from "@rainhooks/stage/routes/responses";
import { type RulesResult, useWatchRules } from "./rules.tsx";
import { conditionOf, LENGTH } from "./silence.tsx";

/**
 * Times in which nothing is sent about some nodes: those that are planned, and a form for another
 * one.
 */
export function Maintenance() {
  return (
    <section class="card" aria-label="Maintenance">
      <ReadTable
        label="Maintenance"
        columns={COLUMNS}
        of={useWatchRules()}
        lines={2}
        rows={({ maintenance }) => maintenance}
        keyOf={({ name }) => name}
        actions={({ name, toMs }) => (
          <ConfirmButton
            title="End"
            about={name}
            question={`End the maintenance ${name} now? Alarms that were raised in it stay unsent until ${timeText(toMs)}; new ones are sent.`}
            run={() => act("maintenance", { name, end: true })}
          />
        )}
        empty="None is planned: alarms of all nodes are sent."
      />
      <NewMaintenance />
    </section>
  );
}

const COLUMNS: readonly Column<RulesResult["maintenance"][number]>[] = [
  textColumn("Name", ({ name }) => name),
  textColumn("Of", ({ where = "all nodes" }) => where, { kind: "wide" }),
  timeColumn("From", ({ fromMs }) => fromMs),
  timeColumn("To", ({ toMs }) => toMs),
];

/** A page of nodes. */
type Listed = ResultOf<typeof listNodesQuestion> & { readonly next?: string };
type Found = Partial<Listed & SearchResponse>;
const LISTED = 100;

/** By what of nodes they are meant. */
const GROUPS: readonly (readonly [by: string, title: string])[] = [
  ["tag", "nodes with the tag"],
  ["id", "the node"],
  ["type", "nodes of the type"],
  ["firmware", "nodes with the firmware"],
  ["cel", "nodes for which (CEL)"],
  ["", "all nodes"],
];
const GROUP: FormField = {
  name: "group",
  title: "of which nodes",
  input: "choice",
  choices: GROUPS,
};

/** Returns by what a node can be meant. */
function valuesOf(
  by: string,
  { nodeId, tags, config }: Listed["nodes"][number],
): readonly string[] | string {
  return (
    (by === "tag"
      ? tags
      : by === "id"
        ? nodeId
        : by === "type"
          ? config?.type
          : config?.firmware) ?? []
  );
}

/** What a form begins with: each has a name of its own. */
const first = (): FormValues => ({
  name: `maintenance-${timeText(currentMs()).replace(/\D/g, "-")}`,
  group: "tag",
  for: "2h",
});

function NewMaintenance() {
  const { values, set, setValues } = useValues(first());
  const { group: by = "", where: typed = "", from = "", ...written } = values;
  const where = typed.trim();
  const { result } = useGet<Listed>("/v1/nodes", { limit: LISTED });
  const proposed =
    by === "cel" ? undefined : [...new Set(result?.nodes.flatMap((one) => valuesOf(by, one)))];
  const title = GROUPS.find(([group]) => group === by)?.[1] ?? "";
  const send = async () => {
    const request = {
      ...written,
      ...(by === "" ? {} : { where: where && (by === "cel" ? where : conditionOf(by, where)) }),
      ...(from === "" ? {} : { from: timeOfText(from) }),
    };
    say(await act("maintenance", request), "Plan maintenance");
    setValues(first());
  };
  return (
    <>
      <h2>Plan maintenance</h2>
      <p class="note">
        Nothing is sent about alarms that are raised in it. What lasts at its end is sent then.
      </p>
      <Form
        fields={[
          GROUP,
          ...(by === ""
            ? []
            : [{ name: "where", title, input: "text", isRequired: true, proposed }]),
          LENGTH,
          { name: "from", title: "from when", about: `${zone()}; empty: now`, input: "time" },
          { name: "name", title: "name of the maintenance", input: "text", isRequired: true },
        ]}
        values={values}
        set={set}
        send={send}
        submit="Plan maintenance"
      >
        {!["", "cel"].includes(by) && where !== "" && <Meant by={by} value={where} />}
      </Form>
    </>
  );
}

/** Says how many nodes are meant now: a tag that none has would silence nothing. */
function Meant({ by, value }: { readonly by: string; readonly value: string }) {
  const now = JSON.stringify([by, value]);
  const asked = useTyped(now);
  const path = by === "id" ? "/console/search" : "/v1/nodes";
  const params = by === "id" ? { id: value, kind: "node" } : { [by]: value, limit: LISTED };
  const read = async (signal: AbortSignal) => ({
    asked,
    ...(await get<Found>(path, params, signal)),
  });
  const { result } = useReading(read, ONCE, [asked]);
  if (result?.asked !== now) return null;
  const { nodes = [], hits = nodes, next } = result;
  return (
    <p class={hits.length === 0 ? "bad" : "note"}>
      {hits.length === 0
        ? "No node is"
        : hits.length === 1
          ? "1 node is"
          : `${hits.length} nodes are`}{" "}
      meant now
      {next !== undefined && ", of the first that were looked at"}.
    </p>
  );
}
