import { render } from "preact";
import { App } from "./app.tsx";
import { followLinks } from "./shared/address.ts";
import { takeKey } from "./shared/api.ts";
import { drawWith } from "./shared/signal.ts";

takeKey();
followLinks();
const page = document.getElementById("page");
const draw = () => page !== null && render(<App />, page);
drawWith(draw);
draw();
