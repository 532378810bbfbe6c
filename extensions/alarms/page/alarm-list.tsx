import { hrefTo } from "@rainhooks/page/address";
import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { safeText, Text } from "@rainhooks/page/text.jsx";
import { nowMs, timeText } from "@rainhooks/page/time";
import { Since } from "@rainhooks/page/time-of.jsx";
import { useRef } from "preact/hooks";
import { type AlarmOfPage, isOfGroup, lasts } from "./alarm-order.ts";

interface Props {
  readonly of: readonly AlarmOfPage[];
  /** Whether all of them need attention; what was latched does so after its end. */
  readonly areOpen: boolean;
  /** Called when something was done about some of them, with what was done. */
  readonly onDone: (said: string) => void;
}

/** Alarms, with what can be done about those that last. */
export function AlarmList({ of, areOpen, onDone }: Props) {
  return (
    <ul class="deliveries">
      {of.map((alarm) => (
        <Row key={alarm.alarmId} of={alarm} isOpen={areOpen || lasts(alarm)} onDone={onDone} />
      ))}
    </ul>
  );
}

/** Signs of the severities, which tell them apart without colour. */
const SIGNS: Readonly<Record<AlarmOfPage["severity"], string>> = {
  critical: "◆◆",
  high: "◆",
  medium: "▲",
  low: "○",
};

/** How severe an alarm is, by a sign, a word and a colour. */
export function Severity({ of }: { readonly of: AlarmOfPage["severity"] }) {
  return (
    <b class={`severity ${of}`}>
      <span aria-hidden="true">{SIGNS[of]}</span> {of}
    </b>
  );
}

interface RowProps {
  readonly of: AlarmOfPage;
  readonly isOpen: boolean;
  readonly onDone: (said: string) => void;
}

function Row({ of, isOpen, onDone }: RowProps) {
  const { alarmId, severity, rule, nodeId, nodeName, series, startMs, raisedMs, endMs, memberCount, value } =
    of;
  const about = `${safeText(rule, 50)} of ${safeText(nodeName ?? nodeId, 60)}`;
  return (
    <li class="alarm">
      <Severity of={severity} />{" "}
      <a href={hrefTo("alarms", alarmId)}>
        <Text of={rule} max={50} />
      </a>{" "}
      of{" "}
      {isOfGroup(of) ? (
        <Text of={nodeId} max={60} />
      ) : (
        <a href={hrefTo("nodes", nodeId)}>
          <Text of={nodeId} max={60} />
        </a>
      )}{" "}
      {nodeName !== undefined && <Text of={nodeName} max={60} />}{" "}
      {series !== undefined && <Text of={series} max={60} />}
      {value !== undefined && ` was ${value}`}
      {memberCount !== undefined && `${memberCount} ${memberCount === 1 ? "node" : "nodes"}`}{" "}
      <span class="note">
        {of.state !== "raised" && `${stateText(of)}; `}raised <Since ms={raisedMs} /> ago,{" "}
        {endMs === undefined ? "lasts for " : "began "}
        <Since ms={startMs} />
        {endMs !== undefined && ` ago, ended ${timeText(endMs)}`}
      </span>{" "}
      {isOpen && <AlarmActions of={[of]} about={about} onDone={onDone} />}
    </li>
  );
}

/** Says in words what state an alarm is in. */
export function stateText(alarm: AlarmOfPage): string {
  const { state, ackedBy, shelvedUntilMs, suppressedBy } = alarm;
  const shelved = isShelved(alarm) ? [`shelved until ${timeText(shelvedUntilMs)}`] : [];
  if (state === "acknowledged")
    return [`acknowledged by ${safeText(ackedBy ?? "?", 40)}`, ...shelved].join(", ");
  if (state === "shelved") return shelved.join("") || state;
  return state === "suppressed" ? `suppressed by ${safeText(suppressedBy ?? "?", 60)}` : state;
}

/** True while nothing is sent about an alarm, whether somebody has acknowledged it or not. */
function isShelved({ shelvedUntilMs = 0 }: AlarmOfPage): boolean {
  return shelvedUntilMs > nowMs.value;
}

interface ActionProps {
  readonly of: readonly AlarmOfPage[];
  /** What they are, for the question and for those who do not see the row. */
  readonly about: string;
  readonly onDone: (said: string) => void;
}

/** What can be done about alarms: each action is offered for those for which it makes a difference. */
export function AlarmActions({ of, about, onDone }: ActionProps) {
  const doing = async (action: string, ids: readonly string[], more: object = {}) => {
    const { text } = await act<{ readonly text: string }>(action, { ids, ...more });
    onDone(text);
  };
  const idsOf = (isMeant: (alarm: AlarmOfPage) => boolean) =>
    of.filter(isMeant).map(({ alarmId }) => alarmId);
  const open = idsOf(({ state }) => state !== "acknowledged");
  const lasting = idsOf((one) => lasts(one) && !isShelved(one));
  const shelved = idsOf(isShelved);
  const all = of.length > 1 ? " all" : "";
  return (
    <span class="actions">
      {open.length > 0 && (
        <ConfirmButton
          title={`Acknowledge${all}`}
          about={about}
          question={`Acknowledge ${about}? It is not sent again.`}
          run={() => doing("ack", open)}
        />
      )}
      {lasting.length > 0 && (
        <Shelve
          title={`Shelve${all}`}
          about={about}
          run={(time) => doing("shelve", lasting, { for: time })}
        />
      )}
      {shelved.length > 0 && (
        <ConfirmButton
          title={`Unshelve${all}`}
          about={about}
          question={`End the shelving of ${about}? What still lasts is sent again.`}
          run={() => doing("unshelve", shelved)}
        />
      )}
    </span>
  );
}

/** How long an alarm can be shelved here. */
const TIMES = ["1h", "2h", "8h", "1d", "7d"];

interface ShelveProps {
  readonly title: string;
  readonly about: string;
  readonly run: (time: string) => Promise<void>;
}

function Shelve({ title, about, run }: ShelveProps) {
  // Read when the answer is given: what is shelved was chosen when the question was opened.
  const time = useRef("2h");
  return (
    <ConfirmButton
      title={title}
      about={about}
      question={`Send nothing about ${about} for a time? If it lasts then, it is sent again.`}
      run={() => run(time.current)}
    >
      <label>
        for{" "}
        <Select
          value={time.current}
          of={TIMES}
          onChange={(value) => {
            time.current = value;
          }}
        />
      </label>
    </ConfirmButton>
  );
}
