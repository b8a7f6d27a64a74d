// The modules of every page.
import "./page_cache.js";
import "./alerts.js";
import "./session.js";
import "./failed_requests.js";
import "./progress.js";
import "./forms.js";
import "./menus.js";
import "./row_links.js";
