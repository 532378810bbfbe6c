const KEY = "rainhooks-theme";

/** The colours that can be chosen, as a style sheet and as people call them. */
export const THEMES = [
  ["light dark", "as the system"],
  ["light", "light"],
  ["dark", "dark"],
] as const;

/**
 * Shows the page in colours, and returns them. @param chosen Default: those that this browser
 * keeps.
 */
export function applyTheme(chosen = localStorage.getItem(KEY)): string {
  const [theme] = THEMES.find(([one]) => one === chosen) ?? THEMES[0];
  localStorage.setItem(KEY, theme);
  document.documentElement.style.colorScheme = theme;
  return theme;
}
