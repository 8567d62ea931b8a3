package kant.edgehub.nested;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import kant.edgehub.auth.AuthChains;
import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeIdentity;
import kant.edgehub.auth.ScopeRefresher;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.net.Percent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells an edge device below who stands in its scope, from this hub's cache. */
public final class ScopeApi {
    private static final Logger log = LoggerFactory.getLogger(ScopeApi.class);
    private static final int LARGEST_PAGE = 1000;

    private final ScopeCache cache;
    private final ScopeRefresher refresher;
    private final AuthChains chains;
    private final Actors actors;

    public ScopeApi(ScopeCache cache, ScopeRefresher refresher, AuthChains chains, Actors actors) {
        this.cache = cache;
        this.refresher = refresher;
        this.chains = chains;
        this.actors = actors;
    }

    /** The asking device's own scope, a page of it. */
    HttpAnswer list(HttpCall call, IdentityId actor) {
        return answered(() -> {
            actors.authenticateHub(call, actor, actor);
            String after = call.parameter("continuationToken").orElse("");
            int size = pageSize(call.parameter("deviceCount").orElse(""));
            List<ScopeIdentity> page = page(actor, after, size);
            String link = page.size() < size
                    ? ""
                    : "/devices/" + Percent.encode(actor.deviceId()) + "/modules/"
                            + Percent.encode(IdentityId.EDGE_HUB) + "/devicesAndModulesInDeviceScope?deviceCount="
                            + size + "&continuationToken="
                            + Percent.encode(page.getLast().id().text())
                            + "&api-version=" + call.parameter("api-version").orElse("2018-08-30-preview");
            return Bodies.scope(page, link);
        });
    }

    /** The scope of an edge device at or below the asking one, a page of it. */
    HttpAnswer listOnBehalf(HttpCall call, IdentityId actor) {
        return answered(() -> {
            ObjectNode body = Bodies.object(call);
            IdentityId target =
                    actors.chain(Bodies.text(body, "authChain"), actor).getFirst();
            if (target.isModule()) {
                throw new IllegalArgumentException(
                        "the auth chain begins with the module \"" + target + "\"; only a device has a scope");
            }
            actors.authenticateHub(call, actor, target);
            int size = pageSize(body.path("pageSize").asText(""));
            List<ScopeIdentity> page =
                    page(target, body.path("continuationLink").asText(""), size);
            return Bodies.scope(
                    page, page.size() < size ? "" : page.getLast().id().text());
        });
    }

    /** One identity of the asking device's scope. */
    HttpAnswer one(HttpCall call, IdentityId actor) {
        return answered(() -> {
            actors.authenticateHub(call, actor, actor);
            IdentityId target = target(
                    call.parameter("targetDeviceId").orElse(""),
                    call.parameter("targetModuleId").orElse(""));
            return one(actor, target);
        });
    }

    /** One identity below an edge device at or below the asking one. */
    HttpAnswer oneOnBehalf(HttpCall call, IdentityId actor) {
        return answered(() -> {
            ObjectNode body = Bodies.object(call);
            IdentityId originator = actors.chain(Bodies.text(body, "authChain"), actor)
                    .getFirst()
                    .device();
            IdentityId target = target(
                    Bodies.text(body, "targetDeviceId"),
                    body.path("targetModuleId").asText(""));
            actors.authenticateHub(call, actor, originator.equals(target.device()) ? actor : originator);
            return one(originator.equals(target.device()) ? actor : originator, target);
        });
    }

    private String one(IdentityId above, IdentityId target) throws RefusedException {
        refresh(target, above);
        actors.mayAct(above, target);
        List<ScopeIdentity> found = new ArrayList<>();
        cache.find(target.device()).ifPresent(found::add);
        if (target.isModule()) {
            ScopeIdentity module = cache.find(target)
                    .orElseThrow(() -> new RefusedException(
                            new Refusal.NotFound("\"" + target + "\" is not in the scope of \"" + above + "\"")));
            found.add(module);
        }
        return Bodies.scope(found, "");
    }

    /** Asks the parent, whose word counts; without it, what is known stands. */
    private void refresh(IdentityId target, IdentityId above) throws RefusedException {
        try {
            Actors.await(refresher.refresh(target, chains.of(above).orElse(List.of())));
        } catch (RefusedException e) {
            if (cache.find(target).isEmpty()) {
                throw e;
            }
            log.atDebug()
                    .addKeyValue("identity", target)
                    .addKeyValue("reason", e.getMessage())
                    .log("the parent cannot be asked, answered from the cache");
        }
    }

    private List<ScopeIdentity> page(IdentityId target, String after, int size) {
        return chains.scopeOf(target).stream()
                .filter(identity -> identity.id().text().compareTo(after) > 0)
                .limit(size)
                .toList();
    }

    private static IdentityId target(String device, String module) {
        return module.isBlank() ? IdentityId.device(device) : IdentityId.module(device, module);
    }

    private static int pageSize(String text) {
        try {
            int size = text.isBlank() ? LARGEST_PAGE : Integer.parseInt(text);
            if (size >= 1 && size <= LARGEST_PAGE) {
                return size;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("a page of \"" + text + "\" is not one of 1 to " + LARGEST_PAGE);
    }

    private interface Answer {
        String text() throws RefusedException;
    }

    private static HttpAnswer answered(Answer answer) {
        try {
            return HttpAnswer.json(200, answer.text());
        } catch (RefusedException e) {
            return HttpAnswer.json(
                    status(e.refusal()), Bodies.scopeError(e.refusal().reason()));
        } catch (IllegalArgumentException e) {
            return HttpAnswer.json(400, Bodies.scopeError(String.valueOf(e.getMessage())));
        }
    }

    /** Whoever asks tries again after a 500 only. */
    static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> 401;
            case Refusal.Invalid _, Refusal.TooLarge _ -> 400;
            case Refusal.NotFound _ -> 404;
            case Refusal.AlreadyExists _,
                    Refusal.PreconditionFailed _,
                    Refusal.StoreFull _,
                    Refusal.LimitExceeded _,
                    Refusal.NotConnected _,
                    Refusal.TimedOut _,
                    Refusal.Unavailable _ -> 500;
        };
    }
}
