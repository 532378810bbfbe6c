import { setParams } from "@rainhooks/page/address";
import { commandOf } from "@rainhooks/page/api";
import { Select } from "@rainhooks/page/layout.jsx";
import { BROWSER_ZONE, isZone, zone } from "@rainhooks/page/time";
import { useState } from "preact/hooks";

const KEY = "rainhooks-theme";
const THEMES = [
  ["light dark", "as the system"],
  ["light", "light"],
  ["dark", "dark"],
] as const;

/** Shows the page in the colours that were chosen in this browser. */
function applyTheme(): string {
  const chosen = localStorage.getItem(KEY);
  const [theme] = THEMES.find(([one]) => one === chosen) ?? THEMES[0];
  document.documentElement.style.colorScheme = theme;
  return theme;
}

/** What can be chosen for all pages, and where help is. */
export function Menu() {
  const [theme, setTheme] = useState(applyTheme);
  const choose = (value: string) => {
    localStorage.setItem(KEY, value);
    setTheme(applyTheme());
  };
  return (
    <>
      <button type="button" class="quiet" popovertarget="menu">
        Menu
      </button>
      <section popover="auto" id="menu" class="menu" aria-label="Menu">
        <ZoneChoice />
        <label>
          <span>Colours</span>
          <Select name="Colours" value={theme} of={THEMES} onChange={choose} />
        </label>
        <h2>Keys</h2>
        <p class="note">
          <kbd>/</kbd> filter the list · <kbd>↓</kbd> <kbd>j</kbd> and <kbd>↑</kbd> <kbd>k</kbd> next and
          previous row · <kbd>x</kbd> select it
        </p>
        <h2>Help</h2>
        <p class="note">
          <code>{commandOf("docs console")}</code> explains these pages, <code>{commandOf("docs")}</code>{" "}
          everything else.
        </p>
      </section>
    </>
  );
}

/** Chooses the time zone: the browser's, UTC or any other. */
function ZoneChoice() {
  const chosen = zone();
  const choose = (event: Event & { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    if (isZone(value)) setParams({ tz: value === BROWSER_ZONE ? undefined : value });
    else event.currentTarget.value = chosen;
  };
  return (
    <label>
      <span>Time zone</span>
      <input
        list="zones"
        value={chosen}
        onChange={choose}
        onFocus={(event) => event.currentTarget.select()}
      />
      <datalist id="zones">
        {[...new Set([BROWSER_ZONE, "UTC"]), ...Intl.supportedValuesOf("timeZone")].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
