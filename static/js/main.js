// The console's page: starts the live connection and what the top bar and the system line say.

import "./elements/clocks.js";
import "./elements/exhibit-player.js";
import "./elements/gap-ledger.js";
import "./elements/incident-log.js";
import "./elements/incident-map.js";
import "./elements/live-list.js";
import "./elements/live-video.js";
import "./elements/camera-feeds.js";
import "./elements/link-status.js";
import "./elements/panel-resize.js";
import "./elements/phone-film.js";
import "./elements/position-check.js";
import "./elements/two-way.js";
import "./elements/unit-map.js";
import "./elements/video-chat.js";
import "./elements/video-rewind.js";
import "./pages/errors.js";
import "./pages/frame.js";
import "./pages/incident.js";
import "./pages/intake.js";
import "./pages/risk.js";
import "./pages/keyboard.js";
import "./pages/screens.js";
import { live } from "./page.js";

live.start();
