package kant.edgeagent;

import java.io.IOException;
import java.util.Optional;
import kant.edgeagent.desired.DesiredSource;
import kant.edgeagent.desired.TwinDocument;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.ManifestParser;
import kant.model.deployment.ManifestRefusal;
import kant.model.deployment.ParsedManifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges what the source reads, once for each document, and holds on to the last good manifest: a bad one is reported, and
 * the modules are kept to the good one meanwhile (the original stops looking after them). For the reconciler's thread.
 */
final class Wishes {
    private static final Logger log = LoggerFactory.getLogger(Wishes.class);

    private final DesiredSource source;
    private final @Nullable String parentHost;
    private @Nullable TwinDocument judged;
    private @Nullable Wish wish;
    private @Nullable TwinDocument unkept;

    /** @param parentHost what {@code $upstream} means in images; null where the parent is no edge */
    Wishes(DesiredSource source, @Nullable String parentHost) {
        this.source = source;
        this.parentHost = parentHost;
    }

    /** Judges the document if it is a new one; empty as long as there is none. */
    Optional<Wish> of(@Nullable TwinDocument document) {
        if (document != null && document != judged) {
            if (judged == null
                    || !document.desired().equals(judged.desired())
                    || document.version() != judged.version()) {
                wish = judge(document);
            }
            judged = document;
        }
        return Optional.ofNullable(wish);
    }

    /** Brings the newest good document to disk, unless it is there. */
    void keep() throws IOException {
        if (unkept != null) {
            source.keep(unkept);
            unkept = null;
        }
    }

    private Wish judge(TwinDocument document) {
        return switch (ManifestParser.parse(document.desired())) {
            case ParsedManifest.Accepted accepted -> {
                for (String name : accepted.unknownNames()) {
                    log.atWarn().addKeyValue("name", name).log("the manifest has an unknown name, it has no effect");
                }
                log.atInfo()
                        .addKeyValue("desiredVersion", document.version())
                        .addKeyValue("modules", accepted.manifest().modules().keySet())
                        .log("new deployment");
                unkept = document;
                yield new Wish(document.version(), onParent(accepted.manifest()), document, null);
            }
            case ParsedManifest.Refused(var refusal) -> {
                log.atError()
                        .addKeyValue("desiredVersion", document.version())
                        .addKeyValue("code", refusal.code())
                        .addKeyValue("reason", refusal.text())
                        .log("the deployment is refused, modules are kept to the last good one");
                yield refused(refusal);
            }
        };
    }

    private Wish refused(ManifestRefusal refusal) {
        if (wish != null && wish.manifest() != null) {
            return new Wish(wish.version(), wish.manifest(), wish.document(), refusal);
        }
        return source.lastGood()
                .flatMap(good -> manifest(good).map(manifest -> new Wish(good.version(), manifest, good, refusal)))
                .orElseGet(() -> new Wish(0, null, null, refusal));
    }

    /** What a document says that was good once; empty where it is not any more. */
    Optional<DeploymentManifest> manifest(TwinDocument document) {
        return ManifestParser.parse(document.desired()) instanceof ParsedManifest.Accepted accepted
                ? Optional.of(onParent(accepted.manifest()))
                : Optional.empty();
    }

    private DeploymentManifest onParent(DeploymentManifest manifest) {
        return parentHost == null ? manifest : manifest.withParentHost(parentHost);
    }
}
