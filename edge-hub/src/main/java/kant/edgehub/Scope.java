package kant.edgehub;

import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeRefresher;

/** The identities of this device's scope, and how they are kept in step with the parent. */
record Scope(ScopeCache cache, ScopeRefresher refresher) {}
