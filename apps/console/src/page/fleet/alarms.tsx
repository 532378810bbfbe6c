import { AlarmList } from "../shared/alarm-list.tsx";
import { useAlarms } from "../shared/alarms.ts";
import { hrefOf, place } from "../shared/place.ts";

const SHOWN = 5;

/** The alarms that need attention; nothing if there are none, or if nothing watches the stage. */
export function Alarms() {
  const { found, again } = useAlarms({ limit: SHOWN });
  if (found === undefined || found.alarms.length === 0) return null;
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">Alarms</h2>
      <AlarmList areOpen of={found.alarms} onDone={again} />
      {found.more && (
        <p class="note">
          There are more: see <a href={hrefOf("/alarms", { tz: place.value.params["tz"] })}>Alarms</a>.
        </p>
      )}
    </section>
  );
}
