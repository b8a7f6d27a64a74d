// What every page loads.
import "./page_cache.js";
import "./alerts.js";
import "./session.js";
import "./failed_requests.js";
import "./progress.js";
import "./forms.js";
import "./menus.js";
