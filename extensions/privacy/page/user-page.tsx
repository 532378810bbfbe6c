import { address, hrefOf, hrefTo, idInAddress } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { useMutation } from "@rainhooks/page/asked";
import { FactList, type NamedFact } from "@rainhooks/page/facts.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Failure, Pending } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { commandOf } from "@rainhooks/page/stage";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago } from "@rainhooks/page/time-of.jsx";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { UserDataAnswer } from "../routes.ts";
import { readNodes, type UserNode } from "./read-users.ts";

/** A user: their nodes, what is kept of them, and how that is exported and erased. */
export function UserPage() {
  const id = idInAddress();
  const { tz } = address.value.params;
  const { found, failure } = useReading((signal) => readNodes(signal, id), untilFreeReadMs, [id]);
  return (
    <>
      <PageHead title={id} within={[hrefOf("/users", { tz }), "Users"]} />
      <section class="card" aria-label="User">
        <FactList
          facts={[
            ["Nodes", found === undefined ? "…" : `${found.isWhole ? "" : "at least "}${found.nodes.length}`],
            ["More", <More key="more" id={id} tz={tz} />],
          ]}
        />
      </section>
      <section class="card" aria-labelledby="nodes">
        <h2 id="nodes">Nodes</h2>
        <Pending of={{ found, failure }} lines={4} />
        {found !== undefined && (
          <Table
            label="Nodes"
            columns={columnsFor(id)}
            rows={found.nodes}
            keyOf={({ nodeId }) => nodeId}
            nameOf={nodeName}
            href={({ nodeId }) => hrefTo("nodes", nodeId)}
            empty={
              found.isWhole ? "No node has a user with this id." : "None of the first 10,000 nodes has them."
            }
          />
        )}
        {found?.isWhole === false && <p class="note">There are more nodes, which were not looked through.</p>}
      </section>
      <Kept key={id} id={id} />
    </>
  );
}

function More({ id, tz }: { readonly id: string; readonly tz: string | undefined }) {
  return (
    <>
      <a href={hrefOf("/events", { text: id, tz })}>events</a>{" "}
      <a href={hrefOf("/", { user: id, tz })}>fleet</a>
    </>
  );
}

function columnsFor(user: string): readonly Column<UserNode>[] {
  const roleOf = ({ users }: UserNode) => users.find(({ userId }) => userId === user)?.role;
  return [
    {
      ...{ name: "node", title: "Node", kind: "wide" },
      ...{ cell: (node) => <Text of={nodeName(node)} max={60} />, order: nodeName },
    },
    {
      ...{ name: "state", title: "State", order: ({ state }) => state },
      cell: ({ state }) => <b class={state}>{state}</b>,
    },
    { name: "role", title: "Role", cell: (node) => <Text of={roleOf(node)} max={40} />, order: roleOf },
    {
      ...{ name: "seen", title: "Last seen", order: ({ lastSeenMs }) => lastSeenMs },
      cell: ({ lastSeenMs }) => <Ago ms={lastSeenMs} />,
    },
  ];
}

/** What is kept of a user; only the terminal exports and erases it. */
function Kept({ id }: { readonly id: string }) {
  const { found, failure, isBusy, ask } = useMutation((signal) =>
    get<UserDataAnswer>(`/console/users/${encodeURIComponent(id)}/kept`, {}, signal),
  );
  const word = shellWord(id);
  return (
    <section class="card" aria-labelledby="kept">
      <h2 id="kept">What is kept</h2>
      <p class="note">To count it, the whole archive and the tables are read.</p>
      <button type="button" disabled={isBusy} onClick={() => void ask()}>
        {isBusy ? "Counting …" : "Count"}
      </button>
      {failure !== undefined && <Failure of={failure} />}
      {found !== undefined && <FactList facts={factsOf(found)} />}
      <p class="note">
        All of it as files: <code>{commandOf(`export user ${word} --to user-export`)}</code>. What an erasure
        would change, and the erasure after a question: <code>{commandOf(`erase user ${word}`)}</code>
      </p>
    </section>
  );
}

function factsOf({ deliveries, deadLetters, tables }: UserDataAnswer): readonly NamedFact[] {
  const counts = [
    ["deliveries", deliveries],
    ["dead letters", deadLetters],
    ...Object.entries(tables),
  ] as const;
  return counts.map(([name, count]) => [String(name), count.toLocaleString("en")]);
}
