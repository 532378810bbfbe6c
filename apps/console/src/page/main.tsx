import { render } from "preact";
import { App } from "./app.tsx";
import { takeKey } from "./shared/api.ts";
import { followLinks } from "./shared/place.ts";

takeKey();
followLinks();
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
