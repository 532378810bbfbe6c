import type { AnswerOf, listAlarmsQuestion } from "@rainhooks/query";
import { useState } from "preact/hooks";
import { act } from "./api.ts";
import { Confirmed } from "./confirmed.tsx";
import { hrefOf, place } from "./place.ts";
import { shownText, Text } from "./text.tsx";
import { timeText } from "./time.ts";
import { Since } from "./time-of.tsx";

/** An alarm. */
type Alarm = AnswerOf<typeof listAlarmsQuestion>["alarms"][number];

interface Props {
  readonly of: readonly Alarm[];
  /** Whether all of them need attention; what was latched does so after its end. */
  readonly areOpen: boolean;
  /** Called when something was done about one of them. */
  readonly onDone: () => void;
}

/** Alarms, with what can be done about those that last. */
export function AlarmList({ of, areOpen, onDone }: Props) {
  return (
    <ul class="deliveries">
      {of.map((alarm) => (
        <Row
          key={alarm.alarmId}
          of={alarm}
          isOpen={areOpen || LASTING.includes(alarm.state)}
          onDone={onDone}
        />
      ))}
    </ul>
  );
}

/** Kinds of rules that are about groups of nodes. */
const GROUP_KINDS: readonly Alarm["kind"][] = ["outage", "regression"];

function Row({ of, isOpen, onDone }: Omit<ActionProps, "about">) {
  const { severity, rule, nodeId, nodeName, kind, series, startMs, endMs, memberCount } = of;
  const about = shownText(nodeId, 60);
  return (
    <li class="alarm">
      <b class={severity === "low" ? "" : "bad"}>{severity}</b> <Text of={rule} max={50} /> of{" "}
      {GROUP_KINDS.includes(kind) ? (
        <Text of={nodeId} max={60} />
      ) : (
        <a href={hrefOf(`/nodes/${encodeURIComponent(nodeId)}`, { tz: place.value.params["tz"] })}>
          <Text of={nodeId} max={60} />
        </a>
      )}{" "}
      {nodeName !== undefined && <Text of={nodeName} max={60} />}{" "}
      {series !== undefined && <Text of={series} max={60} />}
      {memberCount !== undefined && `${memberCount} ${memberCount === 1 ? "node" : "nodes"}`}{" "}
      <span class="note">{stateText(of)}</span> <Since ms={startMs} />{" "}
      {endMs !== undefined && <span class="note">to {timeText(endMs)}</span>}
      <Actions of={of} about={`${shownText(rule, 50)} of ${about}`} isOpen={isOpen} onDone={onDone} />
    </li>
  );
}

/** States of alarms that last. */
const LASTING: readonly string[] = ["raised", "acknowledged", "shelved", "suppressed"];

function stateText({ state, ackedBy, shelvedUntilMs, suppressedBy }: Alarm): string {
  if (state === "acknowledged") return `acknowledged by ${shownText(ackedBy ?? "?", 40)}`;
  if (state === "shelved") return `shelved until ${timeText(shelvedUntilMs)}`;
  return state === "suppressed" ? `suppressed by ${shownText(suppressedBy ?? "?", 60)}` : state;
}

interface ActionProps {
  readonly of: Alarm;
  readonly about: string;
  readonly isOpen: boolean;
  readonly onDone: () => void;
}

/** How long an alarm can be shelved here. */
const TIMES = ["1h", "2h", "8h", "1d", "7d"];

function Actions({ of: { alarmId: id, state }, about, isOpen, onDone }: ActionProps) {
  const [time, setTime] = useState("2h");
  const doing = async (action: string, body: object) => {
    await act(action, body);
    onDone();
  };
  if (!isOpen) return null;
  return (
    <span class="actions">
      {state !== "acknowledged" && (
        <Confirmed
          title="Acknowledge"
          question={`Acknowledge ${about}? It is not sent again.`}
          run={() => doing("ack", { id })}
        />
      )}
      <Confirmed
        title="Shelve"
        question={`Send nothing about ${about} for a time? If it lasts then, it is sent again.`}
        run={() => doing("shelve", { id, for: time })}
      >
        <label>
          for{" "}
          <select value={time} onChange={({ currentTarget }) => setTime(currentTarget.value)}>
            {TIMES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </Confirmed>
    </span>
  );
}
