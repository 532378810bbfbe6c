import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Empty } from "@rainhooks/page/message.jsx";
import type { WebhooksProps } from "@rainhooks/page/pages";
import { commandOf } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import type { WebhooksAnswer } from "@rainhooks/stage/routes/answers";
import { useState } from "preact/hooks";
import type { ReplayAnswer } from "../routes.ts";

/** With what this extension adds to the response. */
export interface RepairsProps extends WebhooksProps {
  readonly of: WebhooksAnswer & { readonly replays: readonly ReplayAnswer[] };
}

/** The last replays, and the plan of another one. */
export function Replays({ of: { replays, webhooks } }: Pick<RepairsProps, "of">) {
  return (
    <section class="card" aria-labelledby="replays">
      <h2 id="replays">Replays</h2>
      {replays.length === 0 && (
        <Empty>
          No replays. Plan one: <code>{commandOf("replay plan --webhook node-status --from 1d")}</code>
        </Empty>
      )}
      {replays.map(({ id, webhook, state, sent, planned }) => (
        <p key={id}>
          <code>{id}</code> <Text of={webhook} /> <b>{state}</b> {sent.toLocaleString("en")}
          {planned > 0 && ` of ${planned.toLocaleString("en")}`} sent{" "}
          {UNFINISHED.includes(state) && (
            <ConfirmButton
              title={`Go on with ${id}`}
              question={`Send the rest of ${id}, after the last delivery that was sent?`}
              run={() => act("go-on", { id })}
            />
          )}
          {(state === "running" || state === "interrupted") && (
            <ConfirmButton
              title={`Cancel ${id}`}
              question={`Stop ${id}? What was sent stays sent.`}
              run={() => act("cancel", { id })}
            />
          )}
        </p>
      ))}
      <NewReplay names={webhooks.map(({ name }) => name)} />
    </section>
  );
}

/** States of replays that can go on. */
const UNFINISHED = ["interrupted", "cancelled", "failed"];

/** What limits a replay, and an example of each. */
const FIELDS = [
  ["from", "1d"],
  ["to", "2h"],
  ["event", "alert"],
  ["node", ""],
] as const;

function NewReplay({ names }: { readonly names: readonly string[] }) {
  const [request, setRequest] = useState<Readonly<Record<string, string>>>({
    webhook: "node-status",
    from: "1d",
  });
  const set = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setRequest({ ...request, [name]: event.currentTarget.value.trim() });
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== ""));
  return (
    <div class="new-replay">
      <label>
        webhook{" "}
        <select value={request["webhook"]} onChange={set("webhook")}>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {FIELDS.map(([name, example]) => (
        <label key={name}>
          {name}{" "}
          <input
            value={request[name] ?? ""}
            placeholder={example}
            maxLength={128}
            size={10}
            onInput={set(name)}
          />
        </label>
      ))}
      <ConfirmButton
        title="Plan a replay"
        question={`Send this to ${request["webhook"]} again?`}
        plan={() => get("/console/plans/replay", given)}
        run={() => act("replay", given)}
      />
    </div>
  );
}
