import { setParams } from "@rainhooks/page/address";
import { commandOf } from "@rainhooks/page/api";
import { JobsMenu } from "@rainhooks/page/jobs.jsx";
import { Select } from "@rainhooks/page/layout.jsx";
import { BROWSER_ZONE, zone } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import { FindingsMenu } from "./findings-menu.tsx";
import { applyTheme, THEMES } from "./theme.ts";

/** Long work, what can be chosen for all pages, and where help is. */
export function Menu() {
  const [theme, setTheme] = useState(() => applyTheme());
  return (
    <>
      <FindingsMenu />
      <JobsMenu />
      <button type="button" class="quiet" popovertarget="menu">
        Menu
      </button>
      <section popover="auto" id="menu" class="menu" aria-label="Menu">
        <div class="rule-form">
          <label>
            <span>Time zone</span>
            <Select
              value={zone()}
              of={[
                ...new Set([BROWSER_ZONE, "UTC", zone(), ...Intl.supportedValuesOf("timeZone")]),
              ]}
              onChange={(tz) => setParams({ tz: tz === BROWSER_ZONE ? undefined : tz })}
            />
          </label>
          <label>
            <span>Colours</span>
            <Select value={theme} of={THEMES} onChange={(value) => setTheme(applyTheme(value))} />
          </label>
        </div>
        <p class="keys note">
          <kbd>/</kbd> filter the list · <kbd>↓</kbd> <kbd>j</kbd> and <kbd>↑</kbd> <kbd>k</kbd>{" "}
          next and previous row · <kbd>x</kbd> select it
        </p>
        <p class="note">
          <code>{commandOf("docs console")}</code> explains these pages.
        </p>
      </section>
    </>
  );
}
