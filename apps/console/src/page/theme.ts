const KEY = "rainhooks-theme";

/** The colours that can be chosen, as a style sheet and as people call them. */
export const THEMES = [
  ["light dark", "as the system"],
  ["light", "light"],
  ["dark", "dark"],
] as const;

/** Shows the page in the colours that were chosen in this browser, and returns them. */
export function applyTheme(): string {
  const chosen = localStorage.getItem(KEY);
  const [theme] = THEMES.find(([one]) => one === chosen) ?? THEMES[0];
  document.documentElement.style.colorScheme = theme;
  return theme;
}

/** Chooses colours for this browser. */
export function chooseTheme(value: string): string {
  localStorage.setItem(KEY, value);
  return applyTheme();
}
