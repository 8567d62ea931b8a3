package kant.iothub.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller asks a device to be; null members are left as they are, or as the hub makes them. */
public record DeviceDraft(
        @Nullable Boolean enabled,
        @Nullable String statusReason,
        @Nullable AuthenticationDraft authentication,
        @Nullable Boolean edge,
        @Nullable String scope,
        @Nullable List<String> parentScopes) {}
