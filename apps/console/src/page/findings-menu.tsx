import { act, ask, changes, commandOf, stage } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { useReading } from "@rainhooks/page/live";
import { timeText } from "@rainhooks/page/time";
import type { ListedRounds } from "@rainhooks/stage/rounds/operate-rounds";

/** Rounds are made every five minutes, and each reading is billed. */
const EVERY_MS = 60_000;

/** A menu of what the rounds have found, with how to be told no more; none if nothing is open. */
export function FindingsMenu() {
  return stage.value?.hasRounds === true ? <Findings /> : null;
}

function Findings() {
  const read = (signal: AbortSignal) => ask<ListedRounds>("listRounds", {}, signal);
  const { open = [] } = useReading(read, EVERY_MS, [changes.value]).result ?? {};
  if (open.length === 0) return null;
  return (
    <>
      <button type="button" popovertarget="findings" class="quiet">
        {open.length} open
      </button>
      <section popover="auto" id="findings" class="menu" aria-label="Open">
        {open.map(({ alarm, id, text, sinceMs, silentUntilMs }) => (
          <p key={`${alarm}/${id}`}>
            {text} Since {timeText(sinceMs)}. <code>{commandOf(`docs ${alarm}`)}</code>{" "}
            {silentUntilMs !== undefined && `Silent until ${timeText(silentUntilMs)}. `}
            <ConfirmButton
              title="Silence"
              about={`${alarm} of ${id}`}
              question={`Silence ${alarm} of ${id} for a day?`}
              run={() => act("silenceRounds", { alarm, id, for: "1d" })}
            />
          </p>
        ))}
      </section>
    </>
  );
}
