// The modules of every page.
import "./page_cache.js";
import "./announce.js";
import "./alerts.js";
import "./session.js";
import "./session_end.js";
import "./keep_focus.js";
import "./reloading.js";
import "./failed_requests.js";
import "./pressed.js";
import "./progress.js";
import "./forms.js";
import "./menus.js";
import "./row_links.js";
