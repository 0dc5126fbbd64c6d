// The console's page: starts the live connection and what the top bar and the system line say.

import "./elements/call-pop.js";
import "./elements/clocks.js";
import "./elements/exhibit-player.js";
import "./elements/gap-ledger.js";
import "./elements/incident-log.js";
import "./elements/incident-map.js";
import "./elements/live-list.js";
import "./elements/live-video.js";
import "./elements/camera-feeds.js";
import "./elements/fix-age.js";
import "./elements/link-status.js";
import "./elements/panel-resize.js";
import "./elements/partner-offers.js";
import "./elements/phone-film.js";
import "./elements/picture-desk.js";
import "./elements/position-check.js";
import "./elements/send-list.js";
import "./elements/state-zero.js";
import "./elements/share-tool.js";
import "./elements/two-way.js";
import "./elements/unit-map.js";
import "./elements/video-chat.js";
import "./elements/video-rewind.js";
import "./pages/errors.js";
import "./pages/frame.js";
import "./pages/incident.js";
import "./pages/intake.js";
import "./pages/intake-call.js";
import "./pages/risk.js";
import "./pages/keyboard.js";
import "./pages/picture.js";
import "./pages/screens.js";
import "./pages/veils.js";
import { live } from "./page.js";

live.start();
