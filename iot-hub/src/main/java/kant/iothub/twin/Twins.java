package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.EvaluationQueue;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.Registered;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.world.Time;

/** The verbs of twins. Each is one transaction; each write is on disk when it returns, and the client is told of it. */
public final class Twins {
    private final Database database;
    private final Time time;
    private final DesiredListener listener;
    private final EvaluationQueue evaluations;

    public Twins(Database database, Time time, DesiredListener listener, EvaluationQueue evaluations) {
        this.database = database;
        this.time = time;
        this.listener = listener;
        this.evaluations = evaluations;
    }

    /** The twin as its client sees it. */
    public TwinProperties properties(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> TwinTable.require(sql, id)).properties();
    }

    /** The twin as services see it. */
    public TwinView view(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> view(sql, Registered.require(sql, id)));
    }

    /** The twins of identities read in the same transaction. */
    public List<TwinView> views(Sql sql, List<Registered> identities) throws SQLException, HubRefusedException {
        List<TwinView> views = new ArrayList<>();
        for (Registered identity : identities) {
            views.add(view(sql, identity));
        }
        return views;
    }

    /** Merges a service's patch: null deletes, objects merge, everything else replaces. */
    public TwinView patch(IdentityId id, IfMatch match, TwinChange patch) throws IOException, HubRefusedException {
        return change(id, match, _ -> patch);
    }

    /** Replaces tags and desired properties; the client is told the difference. */
    public TwinView replace(IdentityId id, IfMatch match, TwinChange whole) throws IOException, HubRefusedException {
        return change(id, match, twin -> twin.changeTo(whole.tags(), whole.desired()));
    }

    /** Refuses desired properties that no twin may have, whatever it has now. */
    public static void check(ObjectNode desired) throws HubRefusedException {
        TwinLimits.DESIRED.checkPatch(desired);
        TwinLimits.DESIRED.checkSize(desired);
    }

    /**
     * Replaces the desired properties of several twins in one transaction; the identities must exist in it. Returns those
     * that are not what they were.
     */
    public List<DesiredChange> replaceDesired(Sql sql, List<DesiredChange> whole)
            throws SQLException, HubRefusedException {
        List<DesiredChange> told = new ArrayList<>();
        for (DesiredChange change : whole) {
            TwinDocument before = TwinTable.require(sql, change.id());
            TwinChange patch = before.changeTo(before.tags(), change.desired());
            TwinDocument after = patched(change.id(), before, patch);
            if (!patch.isEmpty()) {
                TwinTable.put(sql, change.id(), after);
                told.add(new DesiredChange(
                        change.id(), patch.desired(), after.desired().version()));
            }
        }
        return told;
    }

    /** Tells clients of changes that are on disk now; for {@link Database#write(Database.Work, java.util.function.Consumer)}. */
    public void tell(List<DesiredChange> changes) {
        for (DesiredChange change : changes) {
            if (!change.desired().isEmpty()) {
                listener.desired(change.id(), new TwinPatch(change.desired(), change.version()));
            }
        }
    }

    /** Merges a client's report; returns the new version. */
    public long report(IdentityId id, ObjectNode patch) throws IOException, HubRefusedException {
        return report(id, patch, OptionalLong.empty());
    }

    /** The same where the reported properties still have the version expected, or none is. */
    public long report(IdentityId id, ObjectNode patch, OptionalLong expected) throws IOException, HubRefusedException {
        ObjectNode plain = TwinChange.plain(patch);
        return database.write(sql -> {
            TwinDocument before = TwinTable.require(sql, id);
            long version = before.reported().version();
            if (expected.isPresent() && expected.getAsLong() != version) {
                throw new HubRefusedException(
                        ErrorCode.PRECONDITION_FAILED,
                        "the reported properties of \"" + id + "\" have version " + version + ", not "
                                + expected.getAsLong() + "; read the twin again");
            }
            TwinDocument after = before.reported(plain, time.now());
            TwinTable.put(sql, id, after);
            return after.reported().version();
        });
    }

    /** Notes the model that a client announced. */
    public void announceModel(IdentityId id, String modelId) throws IOException, HubRefusedException {
        database.write(sql -> {
            TwinDocument before = TwinTable.require(sql, id);
            if (!before.modelId().equals(modelId)) {
                TwinTable.put(sql, id, before.ofModel(modelId));
            }
            return modelId;
        });
    }

    private TwinView change(IdentityId id, IfMatch match, ToPatch toPatch) throws IOException, HubRefusedException {
        return database.write(
                        sql -> {
                            TwinDocument before = TwinTable.require(sql, id);
                            match.check(before.etag(), "the twin of \"" + id + "\"");
                            TwinChange patch = toPatch.of(before);
                            TwinDocument after = patched(id, before, patch);
                            TwinTable.put(sql, id, after);
                            boolean tagged = !patch.tags().isEmpty() && !id.isModule();
                            if (tagged) {
                                evaluations.note(sql, id.deviceId());
                            }
                            var told = new DesiredChange(
                                    id, patch.desired(), after.desired().version());
                            return new Changed(view(sql, Registered.require(sql, id), after), told, tagged);
                        },
                        changed -> {
                            tell(List.of(changed.told()));
                            if (changed.tagged()) {
                                evaluations.noted();
                            }
                        })
                .view();
    }

    private TwinDocument patched(IdentityId id, TwinDocument before, TwinChange patch) throws HubRefusedException {
        try {
            return before.patched(patch, time.now());
        } catch (HubRefusedException e) {
            throw e.at("the twin of \"" + id + "\"");
        }
    }

    private static TwinView view(Sql sql, Registered identity) throws SQLException, HubRefusedException {
        return view(sql, identity, TwinTable.require(sql, identity.id()));
    }

    private static TwinView view(Sql sql, Registered identity, TwinDocument twin) throws SQLException {
        IdentityId id = identity.id();
        ObjectNode configurations = IdentityId.EDGE_AGENT.equals(id.moduleId())
                ? ConfigurationStates.of(sql, id.deviceId()).json()
                : null;
        return new TwinView(identity, twin, configurations);
    }

    private interface ToPatch {
        TwinChange of(TwinDocument before);
    }

    private record Changed(TwinView view, DesiredChange told, boolean tagged) {}
}
