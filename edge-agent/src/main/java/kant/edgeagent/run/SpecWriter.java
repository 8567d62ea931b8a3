package kant.edgeagent.run;

import java.io.IOException;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.edgeagent.plan.Fingerprint;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImageReference;
import kant.model.deployment.RegistryCredential;
import kant.model.deployment.RuntimeSpec;
import org.jspecify.annotations.Nullable;

/** A module as the manifest wants it to the module that the daemon is asked for. */
public final class SpecWriter {
    private final InjectedVariables variables;
    private final InjectedOptions options;

    public SpecWriter(ModuleEnvironment given, Fingerprint fingerprint) {
        variables = new InjectedVariables(given);
        options = new InjectedOptions(given, fingerprint);
    }

    /** Enough for a pull: nothing is injected. */
    ModuleSpec forPull(DesiredModule module, RuntimeSpec runtime) {
        return new ModuleSpec(
                module.name(),
                RuntimeSpec.TYPE,
                pullPolicy(module),
                module.image(),
                module.createOptions().json(),
                auth(module.image(), runtime.registryCredentials()),
                module.digest(),
                Map.of());
    }

    /** The whole, for the create or update of a module whose image is there: it is not pulled once more. */
    ModuleSpec made(DesiredModule module, RuntimeSpec runtime, String generationId) throws IOException {
        return full(module, runtime, generationId).withPullPolicy(PullPolicy.NEVER);
    }

    /** The whole. */
    ModuleSpec full(DesiredModule module, RuntimeSpec runtime, String generationId) throws IOException {
        return forPull(module, runtime)
                .withCreateOptions(options.of(module))
                .withEnv(variables.of(module, generationId));
    }

    private static PullPolicy pullPolicy(DesiredModule module) {
        return switch (module.imagePullPolicy()) {
            case ON_CREATE -> PullPolicy.ON_CREATE;
            case NEVER -> PullPolicy.NEVER;
        };
    }

    private static @Nullable RegistryAuth auth(String image, Map<String, RegistryCredential> credentials) {
        return ImageReference.credentialFor(image, credentials)
                .map(c -> new RegistryAuth(c.username(), c.password(), c.address()))
                .orElse(null);
    }
}
