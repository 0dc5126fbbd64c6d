// An officer's page: the live connection, the duty bar, sheets, the wanted board.

import "./elements/ack-form.js";
import "./elements/curfew-alerts.js";
import "./elements/duty-bar.js";
import "./elements/job-feed.js";
import "./elements/lease-clock.js";
import "./elements/own-unit.js";
import "./elements/sos.js";
import "./elements/profile-tabs.js";
import "./elements/push-switch.js";
import "./elements/read-aloud.js";
import "./elements/state-zero-phone.js";
import "./elements/wanted-alerts.js"; // before the board: it reads a card as it was
import "./elements/wanted-board.js";
import "./pages/as-of.js";
import "./pages/look.js";
import "./pages/sheets.js";
import { live } from "./page.js";

live.start();
