import { DETAILS, SECTIONS } from "../pages.ts";
import { hrefOf, place, setParams } from "./shared/place.ts";
import { stage } from "./shared/stage.ts";
import { isZone, OWN_ZONE, zone } from "./shared/time.ts";

/** The name of the stage, the sections of the page, and the time zone. */
export function Header({ section }: { readonly section: string }) {
  const known = stage.value;
  const { tz } = place.value.params;
  const current = new Map<string, string>(Object.entries(DETAILS)).get(section) ?? section;
  return (
    <header>
      <a class="brand" href={hrefOf("/", { tz })}>
        Rainhooks
      </a>
      <nav aria-label="Sections">
        {SECTIONS.map(([path, title]) => (
          <a
            key={path}
            href={hrefOf(`/${path}`, { tz })}
            {...(path === current ? { "aria-current": "page" as const } : {})}
          >
            {title}
          </a>
        ))}
      </nav>
      <span class="stage" title={known?.region}>
        {known === undefined ? "…" : known.isLocal ? "local stage" : `stage ${known.stage}`}
      </span>
      <ZoneChoice />
    </header>
  );
}

/** Chooses the time zone: the browser's, UTC or any other. */
function ZoneChoice() {
  const chosen = zone();
  const choose = (event: Event & { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    if (isZone(value)) setParams({ tz: value === OWN_ZONE ? undefined : value });
    else event.currentTarget.value = chosen;
  };
  return (
    <label class="zone">
      <span>Time zone</span>
      <input
        list="zones"
        value={chosen}
        onChange={choose}
        onFocus={(event) => event.currentTarget.select()}
      />
      <datalist id="zones">
        {[...new Set([OWN_ZONE, "UTC"]), ...Intl.supportedValuesOf("timeZone")].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
