// An officer's page: the live connection, the duty bar, sheets, the wanted board.

import "./elements/duty-bar.js";
import "./pages/look.js";
import "./pages/sheets.js";
import { live } from "./page.js";

live.start();
