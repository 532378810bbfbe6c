import { cpSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { sections } from "./sections.mjs";

const DOCS = fileURLToPath(new URL("..", import.meta.url));
const { homepage, repository } = JSON.parse(readFileSync(join(DOCS, "../package.json"), "utf8"));
const REPOSITORY = (repository?.url ?? repository)?.replace(/^git\+|\.git$/g, "");
/** The path under which the site is. SITE_BASE tries another one. */
const BASE =
  process.env.SITE_BASE ??
  (homepage === undefined ? "/" : new URL(homepage).pathname.replace(/\/?$/, "/"));
/** Files that pages link to, and folders of such. */
const FILES = ["asyncapi.json", "forward", "grafana", "samples", "your-first-webhook"];

/**
 * Returns the address of a file of the repository that is no page; `undefined` if the repository
 * has none yet.
 */
function sourceOf(path) {
  return REPOSITORY === undefined ? undefined : `${REPOSITORY}/blob/main/${path}`;
}

/**
 * Makes links to files of the repository that are no pages lead there; without an address of the
 * repository, they are text.
 */
function linkToSources(md) {
  const {
    link_open: before = (tokens, index, options, _, self) =>
      self.renderToken(tokens, index, options),
  } = md.renderer.rules;
  md.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const [path = "", hash = ""] = (token.attrGet("href") ?? "").split("#");
    if (path === "" || /^[a-z]+:/.test(path) || path.endsWith(".md"))
      return before(tokens, index, options, env, self);
    const target = posix.join("docs", posix.dirname(env.relativePath ?? "index.md"), path);
    const isFile = FILES.some(
      (file) => target === `docs/${file}` || target.startsWith(`docs/${file}/`),
    );
    if (isFile) {
      token.attrSet("href", `${BASE}${target.slice("docs/".length)}`);
      token.attrSet("target", "_self");
      return self.renderToken(tokens, index, options);
    }
    const source = sourceOf(target);
    if (source !== undefined) token.attrSet("href", `${source}${hash === "" ? "" : `#${hash}`}`);
    return source === undefined ? "<a>" : self.renderToken(tokens, index, options);
  };
}

/** Code is shown as it is: `{{ }}` in it is no expression of Vue. */
function asItIs(md) {
  md.renderer.rules.code_inline = (tokens, index) =>
    `<code v-pre>${md.utils.escapeHtml(tokens[index].content)}</code>`;
}

export default defineConfig({
  title: "Rainhooks",
  description: "Webhooks for your own ESP RainMaker cloud",
  lang: "en",
  base: BASE,
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["node_modules/**"],
  rewrites: { "README.md": "index.md", "decisions/README.md": "decisions/index.md" },
  // Links out of the folder are the repository's, and tests of the project check them.
  ignoreDeadLinks: [/^\.\.?\/.*(LICENSE|CONTRIBUTING|CHANGELOG|SECURITY)/],
  markdown: {
    // The usual light theme has too little contrast.
    theme: { light: "github-light-high-contrast", dark: "github-dark" },
    config: (md) => {
      linkToSources(md);
      asItIs(md);
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        miniSearch: {
          searchOptions: {
            fuzzy: 0.2,
            prefix: true,
            boost: { title: 4, titles: 3, text: 1 },
            // What helps on the day comes before why it is so.
            boostDocument: (id) =>
              /\/(runbook|your-first|a-|add-)[^/]*$/.test(id)
                ? 2
                : /decisions|proof|benchmarks/.test(id)
                  ? 0.3
                  : 1,
          },
        },
      },
    },
    outline: [2, 3],
    nav: sections()
      .filter(({ pages }) => pages.length > 0)
      .map(({ title, pages: [first] }) => ({ text: title, link: linkOf(first.path) })),
    sidebar: sections().map(({ title, pages }) => ({
      text: title,
      items: pages.map((page) => ({ text: page.title, link: linkOf(page.path) })),
    })),
    ...(REPOSITORY === undefined ? {} : { socialLinks: [{ icon: "github", link: REPOSITORY }] }),
  },
  buildEnd: ({ outDir }) => {
    for (const file of FILES)
      cpSync(join(DOCS, file), join(outDir, file), {
        recursive: true,
        filter: (path) => !path.endsWith(".md"),
      });
  },
});

function linkOf(path) {
  return `/${path.replace(/(README)?\.md$/, "")}`;
}
