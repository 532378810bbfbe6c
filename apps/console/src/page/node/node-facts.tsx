import { PAGES } from "@rainhooks/app-list/pages";
import { address, hrefOf } from "@rainhooks/page/address";
import { FactList, type NamedFact } from "@rainhooks/page/facts.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago, Since } from "@rainhooks/page/time-of.jsx";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";

/** Buttons of extensions. */
const ACTIONS = PAGES.flatMap(({ nodeActions }) => nodeActions ?? []);

/** The facts about a node: its state and since when, its configuration, its users. */
export function NodeFacts({ node }: { readonly node: AnswerOf<typeof nodeQuestion> }) {
  const { nodeId, state, sinceMs, lastSeenMs, config, users, tags, lastAlert, disconnectReason } = node;
  const { tz } = address.value.params;
  const text = (value: string | undefined, max: number) => <Text of={value} max={max} />;
  const facts: readonly NamedFact[] = [
    ["Id", text(nodeId, 120)],
    ["Last seen", <Ago key="seen" ms={lastSeenMs} />],
    ["Disconnected because", disconnectReason !== undefined && text(disconnectReason.reason, 60)],
    ["Firmware", text(config?.firmware, 40)],
    ["Type", text([config?.type, config?.model].filter((one) => one !== undefined).join(", "), 60)],
    ["Users", text(users.map(({ userId, role }) => (role ? `${userId} (${role})` : userId)).join(", "), 200)],
    ["Tags", text(tags.join(", "), 200)],
    [
      "More",
      <>
        <a href={hrefOf("/events", { node: nodeId, tz })}>events</a>{" "}
        <a href={hrefOf("/alarms", { match: nodeId, state: "all", tz })}>alarms</a>
      </>,
    ],
    [
      "Last alert",
      lastAlert !== undefined && (
        <>
          {text(lastAlert.text, 120)} <Ago ms={lastAlert.atMs} />
        </>
      ),
    ],
  ];
  return (
    <section class="card facts">
      <h1>
        <Text of={nodeName(node)} max={80} />
      </h1>
      <span class="actions">
        {ACTIONS.map((Actions, index) => (
          <Actions key={index} of={node} />
        ))}
      </span>
      <p class={`node-state ${state}`}>
        <b>{state}</b> {sinceMs !== undefined && <Since ms={sinceMs} />}
      </p>
      <FactList facts={facts} />
    </section>
  );
}
