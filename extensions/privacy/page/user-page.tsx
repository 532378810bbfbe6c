import { hrefHere, hrefTo, idInAddress } from "@rainhooks/page/address";
import { commandOf, get } from "@rainhooks/page/api";
import { Form } from "@rainhooks/page/form.jsx";
import { Card, FactList, type NamedFact, PageTitle } from "@rainhooks/page/layout.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { nodeName } from "@rainhooks/page/node/read-node";
import {
  agoColumn,
  type Column,
  nodeColumn,
  ReadTable,
  textColumn,
} from "@rainhooks/page/table.jsx";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import { useState } from "preact/hooks";
import type { UserDataResult } from "../routes.ts";
import { readNodes, type UserNode } from "./users-page.tsx";

/** A user: their nodes, what is kept of them, and how that is exported and erased. */
export function UserPage() {
  const id = idInAddress();
  const reading = useReading((signal) => readNodes(signal, id), untilFreeReadMs, [id]);
  const isPart = reading.result?.isWhole === false;
  return (
    <>
      <PageTitle title={id} within={["/users", "Users"]}>
        <span class="actions">
          <a href={hrefHere("/events", { text: id })}>Events</a>{" "}
          <a href={hrefHere("/", { user: id })}>Fleet</a>
        </span>
      </PageTitle>
      <Card title="Nodes" note={isPart && "there are more nodes, which were not looked through"}>
        <ReadTable
          label="Nodes"
          columns={columnsFor(id)}
          of={reading}
          rows={({ nodes }) => nodes}
          keyOf={({ nodeId }) => nodeId}
          nameOf={nodeName}
          href={({ nodeId }) => hrefTo("nodes", nodeId)}
          empty={
            isPart ? "None of the first 10,000 nodes has them." : "No node has a user with this id."
          }
        />
      </Card>
      <Kept key={id} id={id} />
    </>
  );
}

function columnsFor(user: string): readonly Column<UserNode>[] {
  return [
    nodeColumn(({ nodeId }) => nodeId, nodeName),
    textColumn("State", ({ state }) => state, {
      cell: ({ state }) => <b class={state}>{state}</b>,
    }),
    textColumn("Role", ({ users }) => users.find(({ userId }) => userId === user)?.role),
    agoColumn("Last seen", ({ lastSeenMs }) => lastSeenMs),
  ];
}

/** What is kept of a user; only the terminal exports and erases it. */
function Kept({ id }: { readonly id: string }) {
  const [kept, setKept] = useState<UserDataResult>();
  const path = `/console/users/${encodeURIComponent(id)}/kept`;
  const word = shellWord(id);
  return (
    <Card
      title="What is kept"
      id="kept"
      note="To count it, the whole archive and the tables are read."
    >
      <Form
        fields={[]}
        submit="Count"
        send={async (signal) => setKept(await get(path, {}, signal))}
      />
      {kept !== undefined && <FactList kind="rows" facts={factsOf(kept)} />}
      <p class="note">
        All of it as files: <code>{commandOf(`export user ${word} --to user-export`)}</code>. What
        an erasure would change, and the erasure after a question:{" "}
        <code>{commandOf(`erase user ${word}`)}</code>
      </p>
    </Card>
  );
}

function factsOf({ deliveries, deadLetters, tables }: UserDataResult): readonly NamedFact[] {
  const counts = { deliveries, "dead letters": deadLetters, ...tables };
  return Object.entries(counts).map(([name, count]) => [name, count.toLocaleString("en")]);
}
