import { followLinks } from "@rainhooks/page/address";
import { takeKey } from "@rainhooks/page/api";
import { drawWith } from "@rainhooks/page/signal";
import { render } from "preact";
import { App } from "./app.tsx";
import { applyTheme } from "./theme.ts";

takeKey();
applyTheme();
followLinks();
const page = document.getElementById("page");
const draw = () => page !== null && render(<App />, page);
drawWith(draw);
draw();
