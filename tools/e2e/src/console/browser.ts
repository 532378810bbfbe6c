import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Page } from "playwright-core";

/** A rule of axe that a page breaks. */
interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns the serious and critical findings of axe on a page, as text. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
    violations: readonly Finding[];
  };
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)[0]}`,
    );
}

/** Lets a context note how much of its pages moves by itself. */
export async function noteShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    shifted = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) shifted += value;
    }).observe({ type: "layout-shift", buffered: true });`);
}

/**
 * Returns how much of a page has moved until all of it was read (Web Vitals: up to 0.1 is good).
 */
export async function layoutShift(page: Page): Promise<number> {
  await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
  return Number(await page.evaluate("shifted"));
}

/**
 * Returns true if a page is wider than the window, so that one has to scroll sideways. A list is
 * fitted in the frame after the window has another width.
 */
export async function isTooWide(page: Page): Promise<boolean> {
  const afterFrames = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(document.documentElement.scrollWidth > innerWidth))))`;
  return (await page.evaluate(afterFrames)) === true;
}
