import { address, hrefOf, hrefTo, idInAddress } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { useMutation } from "@rainhooks/page/asked";
import { FactList, type NamedFact } from "@rainhooks/page/facts.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { commandOf } from "@rainhooks/page/stage";
import { safeText, Text } from "@rainhooks/page/text.jsx";
import { Ago } from "@rainhooks/page/time-of.jsx";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import { useEffect } from "preact/hooks";
import type { KeptAnswer } from "../routes.ts";
import { type ListedNode, readNodes } from "./read-users.ts";

/** A user: their nodes, what is kept of them, and how that is exported and erased. */
export function UserPage() {
  const id = idInAddress();
  const { tz } = address.value.params;
  const { found, failure } = useReading((signal) => readNodes(signal, id), untilFreeReadMs, [id]);
  useEffect(() => {
    document.title = `${safeText(id, 40)} · Rainhooks`;
  }, [id]);
  return (
    <>
      <section class="card facts">
        <h1>
          <Text of={id} max={80} />
        </h1>
        <FactList
          facts={[
            ["Nodes", found === undefined ? "…" : `${found.isWhole ? "" : "at least "}${found.nodes.length}`],
            ["More", <More key="more" id={id} tz={tz} />],
          ]}
        />
      </section>
      <section class="card" aria-labelledby="nodes">
        <h2 id="nodes">Nodes</h2>
        {failure !== undefined && <Failure of={failure} />}
        {found === undefined && failure === undefined && <Skeleton lines={4} />}
        {found?.nodes.length === 0 && (
          <Empty>
            {found.isWhole ? "No node has a user with this id." : "None of the first 10,000 nodes has them."}
          </Empty>
        )}
        {found !== undefined && found.nodes.length > 0 && <Nodes of={found.nodes} user={id} />}
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

function Nodes({ of, user }: { readonly of: readonly ListedNode[]; readonly user: string }) {
  return (
    <table aria-label="Nodes">
      <thead>
        <tr>
          {["Node", "State", "Role", "Last seen"].map((title) => (
            <th key={title}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.map(({ nodeId, config, state, users, lastSeenMs }) => (
          <tr key={nodeId}>
            <td>
              <a href={hrefTo("nodes", nodeId)}>
                <Text of={nodeName({ nodeId, config })} max={60} />
              </a>
            </td>
            <td class={state}>{state}</td>
            <td>
              <Text of={users.find(({ userId }) => userId === user)?.role} max={40} />
            </td>
            <td>
              <Ago ms={lastSeenMs} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is kept of a user; only the terminal exports and erases it. */
function Kept({ id }: { readonly id: string }) {
  const { found, failure, isBusy, ask } = useMutation((signal) =>
    get<KeptAnswer>(`/console/users/${encodeURIComponent(id)}/kept`, {}, signal),
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

function factsOf({ deliveries, deadLetters, tables }: KeptAnswer): readonly NamedFact[] {
  const counts = [
    ["deliveries", deliveries],
    ["dead letters", deadLetters],
    ...Object.entries(tables),
  ] as const;
  return counts.map(([name, count]) => [String(name), count.toLocaleString("en")]);
}
