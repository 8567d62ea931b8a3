package kant.iothub.registry;

import org.jspecify.annotations.Nullable;

/** What a caller asks a module to be; null members are left as they are, or as the hub makes them. */
public record ModuleDraft(
        @Nullable AuthenticationDraft authentication,
        @Nullable String managedBy) {

    /** One that a deployment names: the daemon gives it keys later (agent.md §10.4). */
    public static ModuleDraft pending() {
        return new ModuleDraft(new AuthenticationDraft(Authentication.Type.NONE, "", ""), Module.MANAGED_BY_EDGE);
    }

    /** The same, managed by the edge device itself unless the caller said otherwise. */
    public ModuleDraft byEdgeDevice() {
        return managedBy == null ? new ModuleDraft(authentication, Module.MANAGED_BY_EDGE) : this;
    }
}
